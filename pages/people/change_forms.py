"""Forms with which a provider's admin records what happened to an apprenticeship."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.employers import employers_of
from apprenticeships.models import Apprenticeship, ChangeKind
from apprenticeships.workflow import Hours
from core import clock
from core.fields import DayField, NameField
from core.moments import day
from pages.tokens import FormWithToken


class ReasonForm(forms.Form):
    """Why a change is undone."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The apprentice can read this. Leave out health and other private matters."),
        error_messages={"required": _("Say why.")},
    )


class ChangeForm(FormWithToken, ReasonForm):
    """When something happened to an apprenticeship, and why. Each kind of change adds what it asks besides."""

    day_label: Any = _("Day")
    can_be_planned = False
    effective_on = DayField(label=_("Day"))
    field_order = ["token", "effective_on", "expected_back_on", "planned_end_on", "employer", "new_employer", "reason"]

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        super().__init__(data)
        self.apprenticeship = apprenticeship
        self.fields["effective_on"].label = self.day_label
        self.fields["effective_on"].initial = clock.today()
        if self.can_be_planned:
            self.fields["effective_on"].help_text = _t(
                "To plan ahead, choose a day in the future. It will happen on that day."
            )

    def values(self) -> dict[str, Any]:
        """What the workflow function is told, once the form is valid."""
        given = dict(self.cleaned_data)
        return {"act": given.pop("token"), **given}


class BreakForm(ChangeForm):
    """A break in learning starts."""

    day_label = _("First day of the break")
    can_be_planned = True
    expected_back_on = DayField(
        label=_("Expected first day back"), required=False, help_text=_("Leave it empty if you do not know yet.")
    )


class _WithPlannedEnd(ChangeForm):
    planned_end_on = DayField(label=_("Planned end"), help_text=_("Last day of training (before assessment)."))


class ReturnForm(_WithPlannedEnd):
    """An apprentice comes back from a break."""

    day_label = _("First day back")
    can_be_planned = True

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        super().__init__(data, apprenticeship=apprenticeship)
        before = apprenticeship.planned_end_on
        away = clock.today() - (apprenticeship.stopped_on or clock.today())
        self.fields["planned_end_on"].initial = before + max(away, timedelta())
        self.fields["planned_end_on"].help_text = _t(
            "It was %(before)s. It usually moves by the length of the break: %(days)s days so far."
        ) % {"before": day(before), "days": away.days}


class WithdrawalForm(ChangeForm):
    """An apprentice leaves."""

    day_label = _("Day they leave")
    can_be_planned = True


class PlannedEndForm(_WithPlannedEnd):
    """The training is planned to end on another day."""

    day_label = _("Day this was agreed")

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        super().__init__(data, apprenticeship=apprenticeship)
        self.fields["planned_end_on"].label = _("New planned end")
        self.fields["planned_end_on"].initial = apprenticeship.planned_end_on


class EmployerForm(ChangeForm):
    """An apprentice works for another employer."""

    day_label = _("First day with the new employer")
    can_be_planned = True
    employer = forms.ModelChoiceField(
        label=_("New employer"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Another employer (name it below)"),
    )
    new_employer = NameField(label=_("Name, if it is not in the list"), max_length=200, required=False)

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        super().__init__(data, apprenticeship=apprenticeship)
        others = employers_of(apprenticeship.provider)
        if apprenticeship.employer:
            others = others.exclude(pk=apprenticeship.employer.pk)
        cast("forms.ModelChoiceField[Any]", self.fields["employer"]).queryset = others

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("employer") and not cleaned.get("new_employer") and "new_employer" not in self.errors:
            self.add_error("new_employer", _("Choose the employer, or enter the name of a new one."))
        return cleaned

    def values(self) -> dict[str, Any]:
        given = super().values()
        name = given.pop("new_employer")
        return given | {"employer": given["employer"] or name}


class GatewayForm(ChangeForm):
    """The training is complete."""

    day_label = _("Day of the gateway")


class ResultForm(ChangeForm):
    """The assessment ended."""

    day_label = _("Day of the result")


class HoursForm(ChangeForm):
    """Other hours are agreed."""

    day_label = _("Day this was agreed")
    planned_hours = forms.IntegerField(
        label=_("Planned off-the-job hours"),
        min_value=0,
        max_value=9_999,
        required=False,
        help_text=_("In total, after prior learning was taken off."),
    )
    prior_learning_hours = forms.IntegerField(
        label=_("Hours taken off for prior learning"), min_value=0, max_value=9_999, initial=0
    )
    weekly_hours = forms.DecimalField(
        label=_("Paid hours a week"), min_value=0, max_value=60, max_digits=4, decimal_places=2, required=False
    )
    field_order = ["token", "effective_on", "planned_hours", "prior_learning_hours", "weekly_hours", "reason"]

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        super().__init__(data, apprenticeship=apprenticeship)
        self.fields["planned_hours"].initial = apprenticeship.planned_hours
        self.fields["prior_learning_hours"].initial = apprenticeship.prior_learning_hours
        weekly = apprenticeship.weekly_minutes
        self.fields["weekly_hours"].initial = None if weekly is None else f"{weekly / 60:g}"

    def values(self) -> dict[str, Any]:
        given = super().values()
        weekly = given.pop("weekly_hours")
        hours = Hours(
            planned_hours=given.pop("planned_hours"),
            prior_learning_hours=given.pop("prior_learning_hours"),
            weekly_minutes=None if weekly is None else round(weekly * 60),
        )
        return given | {"hours": hours}


FORMS: dict[ChangeKind, type[ChangeForm]] = {
    ChangeKind.BREAK_STARTED: BreakForm,
    ChangeKind.BREAK_ENDED: ReturnForm,
    ChangeKind.WITHDRAWN: WithdrawalForm,
    ChangeKind.PLANNED_END: PlannedEndForm,
    ChangeKind.EMPLOYER: EmployerForm,
    ChangeKind.GATEWAY_PASSED: GatewayForm,
    ChangeKind.ACHIEVED: ResultForm,
    ChangeKind.NOT_ACHIEVED: ResultForm,
    ChangeKind.HOURS: HoursForm,
}
