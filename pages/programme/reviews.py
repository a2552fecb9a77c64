"""When progress reviews are due: of everybody somebody looks after, and of one apprentice."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require, runs_provider
from accounts.seen_by import SeenBy
from apprenticeships.access import is_open, sees_cohort
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from apprenticeships.seen import seen
from core import clock, moments
from core.errors import Incomplete
from pages.programme.review_forms import PlanReviewForm, RhythmForm
from pages.programme.review_rows import drawn_due, place_rows, review_rows
from pages.refusals import say_in
from pages.requests import Request
from pages.table_files import dated, people_file
from programme import access, workflow
from programme.models import ProgressReview, ReviewRhythm
from programme.reviewing.rhythm import rule_for
from programme.reviewing.same_day import FEWEST_OF_COHORT, MOST_BY_ONE_PERSON, crowded_days
from programme.reviewing.schedule import Place, dues_seen_by, place_of, places_among, places_seen_by
from reports.tables.files import TableFile

PER_PAGE = 50
_reviews = SeenBy(
    lambda actor, apprenticeship: (
        ProgressReview.objects.visible_to(actor).filter(apprenticeship=apprenticeship).with_signatures().newest_first()
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_rhythms = SeenBy(
    lambda actor, apprenticeship: (
        ReviewRhythm.objects.visible_to(actor).filter(apprenticeship=apprenticeship).newest_first()
    ),
    SIGHT,
    is_the_same_every_day=True,
)


@require_http_methods(["GET", "POST"])
def reviews(request: Request) -> HttpResponseBase:
    """Whose review is overdue, due soon or later, the first to be due first. A POST gives the list as a file."""
    if not sees_cohort(request.actor):
        raise Http404
    everybody = dues_seen_by(request.actor)
    by_tab = {
        "overdue": [one.apprenticeship for one in everybody if one.how_due == "overdue"],
        "soon": [one.apprenticeship for one in everybody if one.how_due == "soon"],
        "planned": [one.apprenticeship for one in everybody if one.is_prepared],
        "all": [one.apprenticeship for one in everybody],
    }
    names = {"overdue": _("Overdue"), "soon": _("Due soon"), "planned": _("Planned or held"), "all": _("Everybody")}
    wanted = request.GET.get("show", "")
    tab = wanted if wanted in by_tab else next(name for name, some in by_tab.items() if some or name == "all")
    found = by_tab[tab]
    if request.method == "POST":
        places = {place.apprenticeship: place for place in places_seen_by(request.actor)}
        lines = [places[pk] for pk in found if pk in places]
        return people_file(request, _table(lines, tab, names[tab]), "progress_reviews", len(lines))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [{"key": key, "name": names[key], "count": len(some)} for key, some in by_tab.items()],
        "tab": tab,
        "page": page,
        "rows": place_rows(places_among(request.actor, list(page.object_list))),
        "crowded": _crowded(request) if access.oversees_reviews(request.actor) else [],
        "most_by_one": MOST_BY_ONE_PERSON,
        "fewest_of_cohort": FEWEST_OF_COHORT,
        "can_set": runs_provider(request.actor),
    }
    return render(request, "programme/reviews.html", context)


def _table(places: Sequence[Place], tab: str, name: str) -> TableFile:
    """One of the lists, to be written."""
    title = _("Progress reviews: %(list)s") % {"list": name}
    about = [_("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())}]
    return TableFile(
        name=dated(f"progress-reviews-{tab}"),
        title=title,
        about=[*about, _("Every learner in this list that you can see is here, one row each.")],
        headings=[_("Apprentice"), _("Due by"), _("Planned for"), _("Held, not sent yet"), _("Last review")],
        rows=[
            [
                place.apprentice,
                place.due_on,
                place.prepared_on,
                _("yes") if place.is_held else _("no"),
                place.last_held_on,
            ]
            for place in places
        ],
    )


def _crowded(request: Request) -> list[dict[str, Any]]:
    return [
        {
            "day": moments.day(one.held_on),
            "count": one.review_count,
            "who": one.person or one.standard,
            "by": bool(one.person),
        }
        for one in crowded_days(request.actor)
    ]


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = seen(request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version__standard")
    if found is None:
        raise Http404
    return found


@require_GET
def learner_reviews(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The reviews of one apprentice: what is due, planned, held and signed."""
    return _page(request, _learner(request, apprenticeship_id))


def _page(request: Request, apprenticeship: Apprenticeship, form: PlanReviewForm | None = None) -> HttpResponse:
    actor = request.actor
    place = place_of(apprenticeship.pk)
    rhythm: ReviewRhythm | None = next(iter(_rhythms(actor, apprenticeship=apprenticeship.pk)[:1]), None)
    is_admin = runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id
    may_plan = (is_admin or access.holds_reviews(actor, apprenticeship)) and is_open(apprenticeship)
    is_own = apprenticeship.apprentice_id == actor.person_id
    context = {
        "apprenticeship": apprenticeship,
        "is_own": is_own,
        "due_on": moments.day(place.due_on) if place.due_on else "",
        "due": drawn_due(place, clock.today()),
        "rhythm": place.rhythm,
        "own_rhythm": rhythm if rhythm and rhythm.months else None,
        "rule": rule_for(apprenticeship),
        "last": moments.day(place.last_held_on) if place.last_held_on else "",
        "rows": review_rows(_reviews(actor, apprenticeship=apprenticeship.pk)),
        "form": (form or PlanReviewForm()) if may_plan and not is_own and not place.prepared else None,
        "may_plan": may_plan and not is_own,
    }
    return render(request, "programme/learner_reviews.html", context, status=422 if form and form.errors else 200)


@require_POST
def review_plan(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Plan the next review."""
    apprenticeship = _learner(request, apprenticeship_id)
    form = PlanReviewForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = workflow.plan_review(
                apprenticeship.pk, request.actor, review_id=given["token"], planned_on=given["planned_on"]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The review is planned."))
            return redirect("pages:progress-review", made.pk)
    _require_planner(request, apprenticeship)
    return _page(request, apprenticeship, form)


def _require_planner(request: Request, apprenticeship: Apprenticeship) -> None:
    require(
        access.can_plan_reviews(request.actor, apprenticeship),
        _("Only the assessor, the trainer and admins plan reviews."),
    )


@require_http_methods(["GET", "POST"])
def review_rhythm(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """How often an apprentice's progress is reviewed."""
    apprenticeship = _learner(request, apprenticeship_id)
    _require_planner(request, apprenticeship)
    before = ReviewRhythm.objects.visible_to(request.actor).filter(apprenticeship=apprenticeship).newest_first().first()
    initial = {"months": before.months, "agreed_with": before.agreed_with} if before else {}
    form = RhythmForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.set_review_rhythm(apprenticeship.pk, request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved. The next review is due by the new rhythm."))
            return redirect("pages:learner-reviews", apprenticeship.pk)
    context = {"form": form, "apprenticeship": apprenticeship, "rule": rule_for(apprenticeship)}
    return render(request, "programme/review_rhythm.html", context, status=422 if form.errors else 200)
