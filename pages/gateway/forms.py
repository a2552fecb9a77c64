"""Forms of the gateway: why something is released or returned, and the result of the assessment."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField
from pages.people.change_forms import ReasonForm
from pages.tokens import FormWithToken
from programme.models import AssessmentResult, GatewayEnd, Grade
from reports.gateway.workflow import ResultWords


class ReleaseForm(ReasonForm):
    """Why the declarations are released."""

    prefix = "release"


class ReturnForm(ReasonForm):
    """By whom a gateway is returned, and why."""

    prefix = "return"
    kind = forms.ChoiceField(
        label=_("Who returned it?"),
        widget=forms.RadioSelect,
        choices=[
            (GatewayEnd.Kind.PROVIDER.value, _("We did, the training provider")),
            (GatewayEnd.Kind.ORGANISATION.value, _("The assessment organisation")),
        ],
        error_messages={"required": _("Choose who returned it.")},
    )
    field_order = ["kind", "reason"]


class ResultForm(FormWithToken):
    """How an attempt at the assessment ended."""

    grade = forms.ChoiceField(label=_("Result"), choices=[("", _("Choose…")), *Grade.choices])
    has_resit = forms.BooleanField(
        label=_("There will be a resit"),
        required=False,
        help_text=_("Only after a fail. The apprentice stays past the gateway."),
    )
    decided_on = DayField(label=_("Day of the result"))
    certificate = forms.CharField(
        label=_("Certificate number"), max_length=60, required=False, help_text=_("You can add it later.")
    )

    def __init__(self, data: QueryDict | None = None, *, before: AssessmentResult | None = None) -> None:
        super().__init__(data)
        self.fields["decided_on"].initial = clock.today()
        if before:
            for name in ("grade", "has_resit", "decided_on", "certificate"):
                self.fields[name].initial = getattr(before, name)

    def words(self) -> ResultWords:
        given: dict[str, Any] = self.cleaned_data
        return ResultWords(given["grade"], given["decided_on"], given["has_resit"], given["certificate"].strip())


class CorrectResultForm(ResultForm):
    """The same of a result that was wrong, and why."""

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is corrected.")},
    )
