"""Forms for bringing in what was recorded at another provider."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from assessments.external import MOST_BYTES


class SourceForm(forms.Form):
    """Where a list of sign-offs comes from."""

    source = forms.CharField(
        label=_("Provider or system"),
        max_length=200,
        help_text=_("It is shown with each sign-off, as “Signed off by … at … (external)”."),
        error_messages={"required": _("Say which provider or system signed these KSBs off.")},
    )


class ListForm(SourceForm):
    """A list of sign-offs as a file."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("With the columns KSB, date, signed off by, file or note."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    #: What the file says.
    text = ""

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large for a list of sign-offs."))
        try:
            self.text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                self.text = content.decode("cp1252")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("This file cannot be read as text.")) from None
        if "\0" in self.text:
            raise forms.ValidationError(_("This file cannot be read as text."))
        return file


class ConfirmForm(SourceForm):
    """The list as it was shown, to be brought in."""

    text = forms.CharField(strip=False, max_length=MOST_BYTES, widget=forms.HiddenInput)
    file_name = forms.CharField(max_length=255, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """As it was read: forms send line ends in a way of their own."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")


class TakeOutForm(forms.Form):
    """Why a list is taken out again."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The apprentice can read this."),
        error_messages={"required": _("Say why you are taking these sign-offs out.")},
    )
