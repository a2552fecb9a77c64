"""A learner's option, and moving learners to another text of their standard and back: for admins of the provider."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Min
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation
from apprenticeships.access import OPEN_STATUSES, can_enrol, is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import ApprenticeshipQuerySet
from assessments import access
from assessments.models import Transition
from assessments.moves import workflow as moving
from assessments.moves.moving import learner_previews, option_previews, with_what_was_done_since
from core.errors import Incomplete, WorkflowError
from occupations.crossing import Crossing, crossing
from occupations.models import Standard, StandardVersion
from pages.catalogue.forms import CompareForm
from pages.catalogue.version_names import version_key, version_name
from pages.judging.transition_forms import MoveForm, OptionForm, UndoForm
from pages.requests import Request

#: How many learners one act moves at most: each is a transaction of its own, and somebody waits for the page.
MOST_AT_ONCE = 100
#: How many refusals are told one by one.
MOST_TOLD = 10


@require_http_methods(["GET", "POST"])
def option(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Choose the option of an apprentice, seeing what each would do to their progress."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    if not access.can_move(request.actor, apprenticeship):
        raise Http404
    form = OptionForm(request.POST or None, apprenticeship=apprenticeship)
    if request.method == "POST" and form.is_valid():
        try:
            moving.choose_option(apprenticeship.pk, form.cleaned_data["option"].pk, request.actor)
        except Incomplete as incomplete:
            form.add_error("option", str(incomplete))
        else:
            messages.success(request, _("Option changed to %(option)s.") % {"option": form.cleaned_data["option"]})
            return redirect("pages:coverage", apprenticeship.pk)
    return render(
        request,
        "judging/transition/option.html",
        {
            "apprenticeship": apprenticeship,
            "form": form,
            "previews": option_previews(apprenticeship),
            "may_change": is_open(apprenticeship),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def transition(request: Request, reference: str) -> HttpResponse:
    """See what moving learners from one text of a standard to another does, and move those that are ticked.

    `from` and `to` in the address name the texts, `learner` narrows the page to one.
    """
    provider = _provider(request)
    standard = get_object_or_404(Standard.objects.visible_to(request.actor).addressed(reference))
    movable = Apprenticeship.objects.visible_to(request.actor).filter(
        provider=provider, status__in=OPEN_STATUSES, standard_version__standard=standard
    )
    learner = _learner(request, movable)
    versions = sorted(standard.versions.all(), key=lambda held: (held.number_parts, held.correction), reverse=True)
    counts = dict(movable.order_by().values_list("standard_version").annotate(Count("pk")))
    before, after = _texts(request, versions, counts, learner)
    context: dict[str, Any] = {
        "standard": standard,
        "newest": versions[0] if versions else None,
        "learner": learner,
        "before": before,
        "counts": [(held, counts[held.pk]) for held in versions if held.pk in counts],
        "acts": _acts(request, provider, standard),
    }
    if before is None or after is None:
        return render(request, "judging/transition/transition.html", context)
    way = crossing(before, after)
    people = movable.filter(standard_version=before).with_people().order_by("apprentice__name", "pk")
    if learner:
        people = people.filter(pk=learner.pk)
    found = list(people[: MOST_AT_ONCE + 1])
    learners = found[:MOST_AT_ONCE]
    given = request.POST if request.method == "POST" else None
    moved = _moved_by(request, given)
    form = MoveForm(given, way=way, previews=learner_previews(way, learners, {}), moved=moved)
    only_looks = given is not None and "look" in given
    if given is not None and form.is_valid() and not only_looks and (_move(request, form, way) or moved):
        return redirect("pages:transition-act", form.cleaned_data["token"])
    form.show(learner_previews(way, learners, form.options()))
    context |= {
        "texts_form": CompareForm(versions, initial={"from": version_key(before), "to": version_key(after)}),
        "after": after,
        "comparison": way.comparison,
        "form": form,
        "rows": form.rows(),
        "asks_options": any(preview.must_choose for preview in form.previews),
        "has_more": len(found) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
    }
    status = 422 if form.errors and not only_looks else 200
    return render(request, "judging/transition/transition.html", context, status=status)


@require_GET
def transition_act(request: Request, act: UUID) -> HttpResponse:
    """Who was moved by one press of the button, what was done since, and who can be put back."""
    return _act_page(request, _moves(request, act))


@require_POST
def transition_undo(request: Request, act: UUID) -> HttpResponse:
    """Put those who are ticked back on the text they were on."""
    moves = _moves(request, act)
    form = UndoForm(request.POST, undoable=[move.pk for move in moves])
    if not form.is_valid():
        return _act_page(request, moves, form, status=422)
    undone = 0
    refusals = []
    for pk in form.cleaned_data["moves"]:
        try:
            moving.undo_move(UUID(pk), request.actor)
            undone += 1
        except WorkflowError as refusal:
            refusals.append(str(refusal))
    if undone:
        messages.success(
            request,
            ngettext("Move undone for %(count)d learner.", "Move undone for %(count)d learners.", undone)
            % {"count": undone},
        )
    _tell(request, refusals)
    return redirect("pages:transition-act", act)


def _provider(request: Request) -> Organisation:
    """The provider that the admin acts for; nobody else finds these pages."""
    provider = request.organisation
    if provider is None or not can_enrol(request.actor, provider):
        raise Http404
    return provider


def _learner(request: Request, movable: ApprenticeshipQuerySet) -> Apprenticeship | None:
    """The one learner that the address names, if it names one."""
    given = request.GET.get("learner")
    if not given:
        return None
    try:
        pk = UUID(given)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(movable.with_people(), pk=pk)


def _texts(
    request: Request,
    versions: list[StandardVersion],
    counts: dict[UUID, int],
    learner: Apprenticeship | None,
) -> tuple[StandardVersion | None, StandardVersion | None]:
    """From which text to which: as the address says, else from the oldest that somebody is on to the newest."""
    by_key = {version_key(held): held for held in versions}
    try:
        before = by_key[request.GET["from"]] if request.GET.get("from") else None
        after = by_key[request.GET["to"]] if request.GET.get("to") else None
    except KeyError:
        raise Http404 from None
    if learner:
        before = next(held for held in versions if held.pk == learner.standard_version_id)
    if before is None:
        on = [held for held in versions if held.pk in counts and held != after]
        before = on[-1] if on else None
    if after is None:
        after = next((held for held in versions if held != before), None)
    return (before, after) if before != after else (before, None)


def _moved_by(request: Request, given: QueryDict | None) -> list[UUID]:
    """Whom the form that is sent has moved already, if it was sent before."""
    try:
        act = UUID(given.get("token", "")) if given is not None else None
    except ValueError:
        act = None
    if act is None:
        return []
    return list(Transition.objects.visible_to(request.actor).filter(act=act).values_list("apprenticeship", flat=True))


def _acts(request: Request, provider: Organisation, standard: Standard) -> list[dict[str, Any]]:
    """The moves of learners of this standard up to now, the latest first."""
    acts: Any = (
        Transition.objects.visible_to(request.actor)
        .filter(apprenticeship__provider=provider, before_version__standard=standard, undoes=None)
        .values(
            "act",
            "by__name",
            "before_version__version",
            "before_version__correction",
            "after_version__version",
            "after_version__correction",
        )
        .annotate(count=Count("pk"), undone_count=Count("undone_by"), at=Min("at"))
        .order_by("-at")[:20]
    )
    return list(acts)


def _move(request: Request, form: MoveForm, way: Crossing) -> int:
    """Move everybody who is ticked, each for themself, and say who could not be."""
    moved = 0
    refusals = []
    for preview in form.chosen():
        try:
            moving.move(
                preview.apprenticeship.pk,
                request.actor,
                way,
                act=form.cleaned_data["token"],
                option=form.option_of(preview),
            )
            moved += 1
        except WorkflowError as refusal:
            refusals.append(str(refusal))
    if moved:
        messages.success(
            request,
            ngettext("%(count)d learner moved to %(text)s.", "%(count)d learners moved to %(text)s.", moved)
            % {"count": moved, "text": version_name(way.after)},
        )
        _tell(request, refusals)
    else:
        for message in refusals[:MOST_TOLD]:
            form.add_error(None, message)
    return moved


def _tell(request: Request, refusals: list[str]) -> None:
    for refusal in refusals[:MOST_TOLD]:
        messages.warning(request, refusal)
    if len(refusals) > MOST_TOLD:
        messages.warning(request, _("%(count)s more could not be moved.") % {"count": len(refusals) - MOST_TOLD})


def _moves(request: Request, act: UUID) -> list[Transition]:
    provider = _provider(request)
    moves = Transition.objects.visible_to(request.actor).filter(act=act, apprenticeship__provider=provider, undoes=None)
    # Each with what the annotations and the loop below add to it.
    found: list[Any] = list(
        with_what_was_done_since(moves)
        .with_texts()
        .select_related("apprenticeship__apprentice", "before_version__standard")
        .order_by("apprenticeship__apprentice__name", "pk")
    )
    if not found:
        raise Http404
    for move in found:
        move.is_undone = hasattr(move, "undone_by")
        move.is_undoable = not move.is_undone and not move.was_moved_on and is_open(move.apprenticeship)
    return found


def _act_page(
    request: Request, moves: list[Transition], form: UndoForm | None = None, status: int = 200
) -> HttpResponse:
    first = moves[0]
    return render(
        request,
        "judging/transition/act.html",
        {
            "moves": moves,
            "first": first,
            "form": form,
            "ticked": set(request.POST.getlist("moves")) if form else {str(move.pk) for move in moves},
            "standard": first.before_version.standard,
            "undoable_count": sum(vars(move)["is_undoable"] for move in moves),
        },
        status=status,
    )
