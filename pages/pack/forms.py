"""The form with which somebody asks for a pack."""

from django import forms
from django.utils.translation import gettext_lazy


class AskForm(forms.Form):
    """What a pack needs to be told."""

    uln = forms.CharField(
        label=gettext_lazy("Unique learner number (ULN)"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("Ten digits. Leave it empty if the assessment organisation does not ask for it."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
