"""Forms with which a provider's admin brings a file of learners and confirms what would come of it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from apprenticeships.importing.files import MAX_BYTES


class LearnersFileForm(forms.Form):
    """One file: the template as CSV or Excel, or an ILR."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("The template filled in (Excel or CSV), or your ILR file (XML) of 2025-26 or 2026-27."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xml,.txt"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(size)s. Split it into smaller files.")
                % {"size": filesizeformat(MAX_BYTES)}
            )
        return file

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("file", Submit("check", _("Check the file")))
        return helper


class ConfirmForm(forms.Form):
    """Whether new learners are invited at once."""

    sends_invitations = forms.BooleanField(
        label=_("Email an invitation to each new learner with an address"),
        required=False,
        initial=True,
        help_text=_("You can also do this later, for one learner at a time."),
    )
