"""Who may assess which standard at a training provider: as it is, what was recorded, and how that is undone."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import sees_record
from accounts.models import Organisation, Role, User
from apprenticeships import access, workflow
from apprenticeships.models import Apprenticeship, Competence, Level
from core import clock
from core.errors import Incomplete, NotAllowed
from core.fields import DayField
from core.moments import day
from occupations.models import Standard
from pages.people.enrolment_forms import members
from pages.provider.rule_forms import UndoRuleForm
from pages.refusals import say_in
from pages.requests import Request, organisation_of


class CompetenceForm(UndoRuleForm):
    """What an assessor may do for a standard, from which day on, and why."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Assessor"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose an assessor"),
        error_messages={"required": gettext_lazy("Choose an assessor.")},
    )
    standard = forms.ModelChoiceField(
        label=gettext_lazy("Standard"),
        queryset=Standard.objects.none(),
        empty_label=gettext_lazy("Choose a standard"),
        error_messages={"required": gettext_lazy("Choose a standard.")},
    )
    level = forms.ChoiceField(
        label=gettext_lazy("They are"),
        choices=[
            (Level.COMPETENT.value, gettext_lazy("Competent: they review and sign off")),
            (Level.TRAINING.value, gettext_lazy("In training: a competent colleague countersigns what they decide")),
            (
                Level.NONE.value,
                gettext_lazy("Not an assessor of this standard, or no longer: they can see but not review"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what they may do.")},
    )
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The first day on which this no longer applies. Leave it empty if there is no end."),
    )
    field_order = ["person", "standard", "level", "starts_on", "ends_on", "reason"]

    def __init__(self, data: QueryDict | None, *, provider: Organisation, standards: QuerySet[Standard, Any]) -> None:
        super().__init__(data, initial={"starts_on": clock.today()})
        cast("forms.ModelChoiceField[Any]", self.fields["person"]).queryset = members(provider, Role.ASSESSOR)
        cast("forms.ModelChoiceField[Any]", self.fields["standard"]).queryset = standards


def _provider(request: Request) -> Organisation:
    if not sees_record(request.actor):
        raise NotAllowed(_("Only people who oversee the training provider can see this."))
    return organisation_of(request)


def _recorded(request: Request) -> list[Competence]:
    """Everything that was recorded, the newest first."""
    return list(
        Competence.objects.visible_to(request.actor)
        .select_related("person", "standard", "by", "undone_by__by")
        .newest_first()
    )


@require_http_methods(["GET", "POST"])
def competences(request: Request) -> HttpResponse:
    """What each assessor may do today, and a form to record more."""
    provider = _provider(request)
    can_change = access.administers(request.actor, provider)
    if request.method == "POST" and not can_change:
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    learned = Apprenticeship.objects.visible_to(request.actor).values("standard_version__standard")
    standards = Standard.objects.visible_to(request.actor).filter(pk__in=learned).order_by("title", "pk")
    form = CompetenceForm(request.POST or None, provider=provider, standards=standards)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person, standard = given.pop("person"), given.pop("standard")
        try:
            workflow.record_competence(
                provider.pk, request.actor, person_id=person.pk, standard_id=standard.pk, **given
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:competences")
    recorded = _recorded(request)
    context = {
        "form": form,
        "can_change": can_change,
        "is_used": any(_stands(one) and one.starts_on <= clock.today() for one in recorded),
        "now": _today(recorded),
        "recorded": [_line(one, can_undo=can_change and _stands(one)) for one in recorded],
    }
    return render(request, "provider/competences.html", context, status=422 if form.errors else 200)


def _stands(one: Competence) -> bool:
    return one.undoes_id is None and not hasattr(one, "undone_by")


def _today(recorded: list[Competence]) -> list[dict[str, Any]]:
    """What each assessor may do today for each standard that something was recorded for, by standard and name."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    today = clock.today()
    for one in recorded:
        key = (one.standard.title, one.person.name)
        if _stands(one) and one.starts_on <= today and key not in found:
            is_over = one.ends_on is not None and one.ends_on <= today
            level = Level.NONE if is_over else Level(one.level)
            found[key] = {"standard": key[0], "person": key[1], "level": level.label, "days": _days(one)}
    return [row for _key, row in sorted(found.items())]


def _days(one: Competence) -> str:
    given: dict[str, str | date] = {"start": day(one.starts_on), "end": day(one.ends_on) if one.ends_on else ""}
    return (_("from %(start)s until %(end)s") if one.ends_on else _("from %(start)s")) % given


def _line(one: Competence, *, can_undo: bool) -> dict[str, Any]:
    """A line of the history."""
    return {
        "pk": one.pk,
        "at": one.at,
        "by": one.by.name,
        "what": f"{one.person}, {one.standard.title}: {Level(one.level).label}, {_days(one)}",
        "reason": one.reason,
        "is_undoing": one.undoes_id is not None,
        "can_undo": can_undo,
    }


@require_http_methods(["GET", "POST"])
def competence_undo(request: Request, competence_id: UUID) -> HttpResponse:
    """Ask why, and undo what was recorded."""
    provider = _provider(request)
    if not access.administers(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    one = get_object_or_404(
        Competence.objects.visible_to(request.actor).select_related("person", "standard", "by"), pk=competence_id
    )
    form = UndoRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.undo_competence(one.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Undone. What was recorded before counts again."))
            return redirect("pages:competences")
    context = {"form": form, "line": _line(one, can_undo=False)}
    return render(request, "provider/competence_undo.html", context, status=422 if form.errors else 200)
