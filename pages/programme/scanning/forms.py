"""The form of a skills scan, whose KSBs are drawn without a widget for each, and whom to ask at the employer."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import EmployerContact
from pages.templatetags.readable import statement_lines
from pages.tokens import FormWithToken
from programme.scanning.ratings import LONGEST_COMMENT, Asked, choices_for, field_of, in_groups

_KSB = (
    '<fieldset class="rate" id="div_id_{0}"><legend><strong>{1}</strong> {2}</legend>{3}'
    '<div class="choices">{4}</div></fieldset>'
)
_CHOICE = '<label class="choice"><input type="radio" name="{0}" value="{1}"{2}> {3}</label>'
_CHECKED = SafeString(" checked")


class RateForm(FormWithToken):
    """What is sent of a scan. The KSBs are fields of it so that what is missing is said by the KSB."""

    comment = forms.CharField(
        label=_("What have you done before that shows this? (optional)"),
        help_text=_("For example a job, a course or a certificate."),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, asked: Iterable[Asked], is_own: bool) -> None:
        super().__init__(data)
        if not is_own:
            self.fields["comment"].label = _("Anything that you want to say about it (optional)")
            self.fields["comment"].help_text = ""
        if data is None:
            return
        for one in asked:
            self.fields[field_of(one.code)] = forms.CharField(
                label=one.code, required=False, max_length=20, widget=forms.RadioSelect
            )


class AskToRateForm(forms.Form):
    """Which of the contacts recorded at the employer is asked to rate."""

    contact = forms.ChoiceField(
        label=_("Who at the employer knows their work?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who should rate."),
            "invalid_choice": _("Choose who should rate."),
        },
    )

    def __init__(self, data: QueryDict | None = None, *, contacts: Iterable[EmployerContact]) -> None:
        super().__init__(data)
        choices = [(str(one.pk), f"{one.name}, {one.email}") for one in contacts]
        cast(forms.ChoiceField, self.fields["contact"]).choices = choices
        if len(choices) == 1:
            self.fields["contact"].initial = choices[0][0]


def drawn_groups(
    asked: Iterable[Asked], party: str, words: Mapping[str, Any], errors: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The KSBs of each type, a line each with its answers; drawn at once, for a standard may have 145."""
    choices = choices_for(party)
    found = []
    for name, ksbs in in_groups(asked):
        drawn = [_drawn(one, choices, words, errors or {}) for one in ksbs]
        found.append({"name": name, "key": ksbs[0].type, "rows": SafeString("".join(drawn))})
    return found


def rated_count(asked: Iterable[Asked], words: Mapping[str, Any]) -> int:
    """How many KSBs are rated so far."""
    return sum(bool(words.get(field_of(one.code))) for one in asked)


def _drawn(
    ksb: Asked, choices: list[tuple[str, str]], words: Mapping[str, Any], errors: Mapping[str, Any]
) -> SafeString:
    name = field_of(ksb.code)
    chosen = words.get(name)
    answers = format_html_join(
        "", _CHOICE, ((name, value, _CHECKED if value == chosen else "", label) for value, label in choices)
    )
    wrong = errors.get(name)
    said = format_html('<p class="invalid-feedback d-block">{}</p>', wrong[0]) if wrong else ""
    return format_html(_KSB, name, ksb.code, statement_lines(ksb.statement), said, answers)
