"""The form with which somebody chooses which notices are mailed to them."""

from collections.abc import Iterable, Mapping
from typing import cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from notifications.kinds import How, Kind


class EmailsForm(forms.Form):
    """For each kind of notice: straight away, once a day, or never."""

    def __init__(self, data: QueryDict | None = None, *, kinds: Iterable[Kind], ways: Mapping[Kind, How]) -> None:
        super().__init__(data)
        self.kinds = list(kinds)
        for kind in self.kinds:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=How.choices,
                initial=ways[kind].value,
                error_messages={"required": _("Choose when to email you about this.")},
            )
        self.helper = FormHelper()
        self.helper.layout = Layout(*(kind.value for kind in self.kinds), Submit("save", _("Save")))

    def chosen(self) -> dict[Kind, How]:
        """What was chosen. The form is valid."""
        return {kind: How(cast(str, self.cleaned_data[kind.value])) for kind in self.kinds}
