"""What people type about the catalogue."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _


class StandardSearchForm(forms.Form):
    """Words to look for among the standards."""

    words = forms.CharField(
        label=_("Title or reference"),
        max_length=100,
        required=False,
        error_messages={
            "max_length": _("Look for fewer words: 100 characters at most."),
            "null_characters_not_allowed": _("Look for words made of letters and digits."),
        },
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.add_layout(Layout(Field("words", wrapper_class="filters-wide")))
        return helper
