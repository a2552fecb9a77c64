"""Conflicts of interest: the log, declaring or recording one, and ending it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import runs_provider
from accounts.models import Membership, User
from apprenticeships import access, workflow
from apprenticeships.models import Apprenticeship, ConflictOfInterest
from assessments.sampling.access import assures, sees_quality
from core import clock, moments
from core.errors import Incomplete, NotAllowed
from core.fields import DayField
from pages.quality.forms import WhyForm
from pages.refusals import say_in
from pages.requests import Request
from pages.whole_forms import WholeForm

PER_PAGE = 50


class ConflictForm(WholeForm):
    """Who has what kind of conflict of interest, from which day on."""

    person = forms.ChoiceField(label=gettext_lazy("Who has it"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of conflict is it?"),
        choices=ConflictOfInterest.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what kind of conflict it is.")},
    )
    starts_on = DayField(label=gettext_lazy("Since"))
    ends_on = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The first day on which it no longer holds. Leave it empty if there is none."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What is the conflict?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever oversees the training provider can read this. The apprentice cannot."),
        error_messages={"required": gettext_lazy("Say what the conflict is.")},
    )

    def __init__(self, data: QueryDict | None, *, people: list[tuple[str, str]]) -> None:
        super().__init__(data, initial={"starts_on": clock.today()})
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people
        if len(people) == 1:
            field.initial, field.widget = people[0][0], forms.HiddenInput()


@require_GET
def conflicts(request: Request) -> HttpResponse:
    """The log of conflicts of interest, the newest first: of the provider, or one’s own."""
    if not sees_quality(request.actor):
        raise Http404
    can_end = runs_provider(request.actor) or assures(request.actor)
    rows = (
        ConflictOfInterest.objects.visible_to(request.actor)
        .select_related("person", "by", "apprenticeship__apprentice", "ending__by")
        .newest_first()
    )
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [_line(one, can_end=can_end and one.person_id != request.actor.person_id) for one in page.object_list]
    return render(request, "quality/conflicts.html", {"page": page, "lines": lines})


def _line(one: ConflictOfInterest, *, can_end: bool) -> dict[str, Any]:
    ending = getattr(one, "ending", None)
    is_over = one.ends_on is not None and one.ends_on <= clock.today()
    days = {"start": moments.day(one.starts_on), "end": moments.day(one.ends_on) if one.ends_on else ""}
    return {
        "conflict": one,
        "days": (_("since %(start)s, until %(end)s") if one.ends_on else _("since %(start)s")) % days,
        "ending": ending,
        "is_over": is_over or ending is not None,
        "can_end": can_end and ending is None and not is_over,
    }


@require_http_methods(["GET", "POST"])
def conflict_new(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Declare one’s own conflict of interest with an apprentice or, as an admin, record somebody’s."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).select_related("apprentice"), pk=apprenticeship_id
    )
    if not access.declares_conflict(request.actor, apprenticeship):
        raise NotAllowed(_("You declare your own conflicts of interest. Only an admin records those of others."))
    form = ConflictForm(request.POST or None, people=_people(request, apprenticeship))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        person = UUID(given.pop("person"))
        try:
            workflow.record_conflict(apprenticeship.pk, request.actor, person_id=person, **given)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The conflict of interest is in the log. It holds from its first day."))
            return redirect("pages:conflicts")
    context = {"form": form, "apprenticeship": apprenticeship, "is_own": not runs_provider(request.actor)}
    return render(request, "quality/conflict_new.html", context, status=422 if form.errors else 200)


def _people(request: Request, apprenticeship: Apprenticeship) -> list[tuple[str, str]]:
    """Who may have the conflict: oneself or, for an admin, everybody who judges or assures quality at the provider."""
    if not runs_provider(request.actor):
        return [(str(request.user.pk), request.user.name)]
    held = Membership.objects.live().filter(
        organisation=apprenticeship.provider_id, role__in=access.ROLES_IN_CONFLICT, user__is_active=True
    )
    people = User.objects.filter(pk__in=held.values("user")).exclude(pk=apprenticeship.apprentice_id)
    return [(str(pk), name) for pk, name in people.order_by("name", "pk").values_list("pk", "name")]


@require_http_methods(["GET", "POST"])
def conflict_end(request: Request, conflict_id: UUID) -> HttpResponse:
    """Ask why a conflict of interest no longer holds, and end it."""
    one = get_object_or_404(
        ConflictOfInterest.objects.visible_to(request.actor).select_related(
            "person", "by", "apprenticeship__apprentice", "ending__by"
        ),
        pk=conflict_id,
    )
    is_own = request.actor.person_id == one.person_id
    if is_own or not (runs_provider(request.actor) or assures(request.actor)):
        raise NotAllowed(
            _("Conflicts of interest are ended by an admin or an internal quality assurer, and never by the person.")
        )
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.end_conflict(one.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Ended. It stays in the log."))
            return redirect("pages:conflicts")
    context = {"form": form, "line": _line(one, can_end=False)}
    return render(request, "quality/conflict_end.html", context, status=422 if form.errors else 200)
