"""The form for one event about English, maths or a qualification, with the fields that its kind asks for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, NameField
from pages.people.change_forms import ReasonForm
from pages.tokens import FormWithToken
from programme.models.attainments import (
    WITH_AGREEMENT,
    WITH_CERTIFICATE,
    WITH_LEVEL,
    AttainmentKind,
    Certificate,
    Exemption,
    Subject,
    SubjectLevel,
)
from programme.workflow.attainments import Event

_DAYS = {
    AttainmentKind.HELD: _("Day of the certificate"),
    AttainmentKind.EXEMPT: _("Day this was decided"),
    AttainmentKind.AGREED: _("Day this was agreed"),
    AttainmentKind.NOT_STUDIED: _("Day this was agreed"),
    AttainmentKind.ENROLLED: _("First day of the course"),
    AttainmentKind.LEFT: _("Last day of the course"),
    AttainmentKind.PASSED: _("Day of the result"),
    AttainmentKind.NOT_PASSED: _("Day of the result"),
}
_EMPTY = [("", _("Choose…"))]


class AttainmentForm(FormWithToken):
    """When it was, what it rests on, and what its kind asks besides."""

    effective_on = DayField(label=_("Day"))
    level = forms.ChoiceField(label=_("Level"), choices=[*_EMPTY, *SubjectLevel.choices])
    certificate = forms.ChoiceField(label=_("Kind of certificate"), choices=[*_EMPTY, *Certificate.choices])
    exemption = forms.ChoiceField(label=_("Kind of exemption"), choices=[*_EMPTY, *Exemption.choices])
    agreed_with = NameField(label=_("Who agreed for the employer"), max_length=150)
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example, the certificate you saw or an email. The employer does not see this."),
        error_messages={"required": _("Say how you know, for example from a certificate you saw.")},
    )

    def __init__(self, data: QueryDict | None = None, *, subject: str, kind: AttainmentKind) -> None:
        super().__init__(data)
        self.subject, self.kind = subject, kind
        of_qualification = subject == Subject.QUALIFICATION
        asked = {
            "level": kind in WITH_LEVEL and not of_qualification,
            "certificate": kind in WITH_CERTIFICATE and not of_qualification,
            "exemption": kind == AttainmentKind.EXEMPT,
            "agreed_with": kind in WITH_AGREEMENT,
        }
        for name, is_asked in asked.items():
            if not is_asked:
                del self.fields[name]
        self.fields["effective_on"].label = _DAYS[kind]
        if kind not in WITH_CERTIFICATE:
            self.fields["effective_on"].initial = clock.today()

    def event(self, title: str) -> Event:
        """What the workflow function is told, once the form is valid."""
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        return Event(subject=self.subject, kind=self.kind, title=title, **given)


class UndoAttainmentForm(ReasonForm):
    """Why one is undone."""
