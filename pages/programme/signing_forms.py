"""Forms with which parties sign: whom to ask at the employer, and why somebody declines."""

from collections.abc import Iterable
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import EmployerContact


class AskToSignForm(forms.Form):
    """Which of the contacts recorded at the employer is asked to sign."""

    contact = forms.ChoiceField(
        label=_("Who signs for the employer?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who should sign.")},
    )

    def __init__(self, data: QueryDict | None = None, *, contacts: Iterable[EmployerContact]) -> None:
        super().__init__(data)
        choices = [(str(one.pk), f"{one.name}, {one.email}") for one in contacts]
        cast(forms.ChoiceField, self.fields["contact"]).choices = choices
        if len(choices) == 1:
            self.fields["contact"].initial = choices[0][0]


class DeclineToSignForm(forms.Form):
    """Why somebody does not sign."""

    reason = forms.CharField(
        label=_("Why don’t you want to sign this?"),
        help_text=_("Whoever sent it reads this. You can still sign it later."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you don’t want to sign this.")},
    )
