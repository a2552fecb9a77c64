"""A field that did not arrive is not an empty one."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import Incomplete


class WholeForm(forms.Form):
    """A form that is refused if a field that its page shows was not sent at all.

    For forms whose empty fields mean something: words taken away, or a judgement without any. Boxes to tick are never
    missed, for a browser does not send them when they are not ticked.
    """

    def clean(self) -> dict[str, Any]:
        """Refuse a form with a field missing.

        Raises:
            ValidationError: of the form as a whole.
        """
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            is_absent = field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))
            if is_absent and not field.required:
                raise forms.ValidationError(
                    _("Part of this form went missing on the way, so nothing was saved. Check it and send it again."),
                    code="not_all_arrived",
                )
        return cleaned


def yes_or_no(data: QueryDict, name: str) -> bool:
    """What a form says of one thing that is on (1) or off (0).

    Raises:
        Incomplete: it says neither.
    """
    if data.get(name) not in ("0", "1"):
        raise Incomplete(str(_("Part of this went missing on the way, so nothing was changed. Try again.")))
    return data[name] == "1"
