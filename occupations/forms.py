"""What people type about the catalogue."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StandardSearchForm(forms.Form):
    """Words to look for among the standards."""

    words = forms.CharField(
        label=_("Title or reference"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
