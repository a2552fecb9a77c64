"""Forms that correct an enrolment, undo it and restore it."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Organisation
from apprenticeships.employers import employers_of
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import AlreadyEnrolled
from core.fields import DayField, EmailAddressField, NameField
from occupations.models import StandardVersion
from pages.people.enrolment_forms import BesideField, StandardField

#: What the fields are called, in the form and in the list of corrections.
FIELDS = {
    "name": _("Full name"),
    "email": _("Email address"),
    "standard": _("Standard"),
    "started_on": _("Start"),
    "planned_end_on": _("Planned end"),
    "employer": _("Employer"),
    "uln": _("ULN"),
    "learner_reference": _("Learner reference"),
    "date_of_birth": _("Date of birth"),
}
#: Those that tell who somebody is and where they read their mail: for admins alone.
PERSONAL = ("name", "email", "uln", "learner_reference", "date_of_birth")


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why.")},
    )


class CorrectForm(forms.Form):
    """What was typed when somebody was enrolled, to be put right."""

    name = NameField(required=False)
    email = EmailAddressField(
        required=False,
        help_text=_("If you change it, we send a new invitation, and earlier links stop working."),
    )
    standard_version = StandardField(label=_("Standard"), queryset=StandardVersion.objects.none())
    started_on = DayField(label=_("Start"))
    planned_end_on = DayField(label=_("Planned end"), help_text=_("Last day of training (before assessment)."))
    employer = forms.ModelChoiceField(
        label=_("Employer"), queryset=Organisation.objects.none(), required=False, empty_label=_("No change")
    )
    new_employer = NameField(
        label=_("New employer's name"), max_length=200, required=False, help_text=_("Only if it is not in the list.")
    )
    knows_of_drafts = forms.BooleanField(
        label=_("I know that the KSBs of the drafts have to be chosen again if the standard changes"), required=False
    )
    beside = BesideField()
    reason = _reason(_("Why is it corrected?"))

    def __init__(
        self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship, email: str, has_drafts: bool
    ) -> None:
        given = {
            "name": apprenticeship.apprentice.name,
            "email": email,
            "standard_version": apprenticeship.standard_version_id,
            "started_on": apprenticeship.started_on,
            "planned_end_on": apprenticeship.planned_end_on,
            "employer": apprenticeship.employer_id,
        }
        super().__init__(data, initial=given)
        versions = StandardVersion.objects.usable_by(apprenticeship.provider).select_related("standard")
        cast("forms.ModelChoiceField[Any]", self.fields["standard_version"]).queryset = versions.order_by(
            "title", "version"
        )
        cast("forms.ModelChoiceField[Any]", self.fields["employer"]).queryset = employers_of(apprenticeship.provider)
        is_waiting = apprenticeship.awaits_acceptance
        person = [Fieldset(_("Apprentice"), "name", "email")] if is_waiting else []
        if not is_waiting:
            del self.fields["name"], self.fields["email"]
        if not has_drafts:
            del self.fields["knows_of_drafts"]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            *person,
            Fieldset(
                _("Apprenticeship"),
                "standard_version",
                *(["knows_of_drafts"] if has_drafts else []),
                "started_on",
                "planned_end_on",
            ),
            "employer",
            "new_employer",
            "reason",
            Submit("correct", _("Correct the enrolment")),
        )

    def given(self) -> dict[str, Any]:
        """What the workflow function takes. The form is valid."""
        cleaned = dict(self.cleaned_data)
        typed = cleaned.pop("new_employer")
        return cleaned | {"employer": typed or cleaned["employer"]}

    def ask(self, refusal: AlreadyEnrolled) -> None:
        """Say where the person is enrolled already, and ask whether this is one more."""
        cast(BesideField, self.fields["beside"]).offer(refusal.others)
        cast(Layout, self.helper.layout).insert(0, "beside")
        self.add_error("beside", str(refusal))


class UndoEnrolmentForm(forms.Form):
    """Why an enrolment is undone, and that whoever does it knows of the drafts."""

    reason = _reason(_("Why is it undone?"))
    knows_of_drafts = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, *, drafts: int) -> None:
        super().__init__(data)
        if drafts:
            self.fields["knows_of_drafts"].label = ngettext_lazy(
                "Put %(n)d draft away with it", "Put %(n)d drafts away with it", "n"
            ) % {"n": drafts}
        else:
            del self.fields["knows_of_drafts"]


class RestoreForm(forms.Form):
    """Why an enrolment that was undone is restored."""

    reason = _reason(_("Why is it restored?"))
