"""Forms about results of outcomes: marking one, correcting it, and marking it a second time."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.results.models import ResultGrade
from assessments.results.workflow import MOST_FEEDBACK, MOST_GROUNDS, MOST_REASON, Marking
from core.fields import DayField
from pages.tokens import FormWithToken

_GRADES = [("", _("Choose…")), *ResultGrade.choices]


class MarkForm(FormWithToken):
    """How an attempt at an outcome was marked, and on what."""

    assessed_on = DayField(label=_("Day of the assessment"))
    pieces = forms.MultipleChoiceField(
        label=_("Evidence that you marked"), required=False, widget=forms.CheckboxSelectMultiple
    )
    rests_on = forms.CharField(
        label=_("What else you marked"),
        required=False,
        max_length=MOST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as the paper of a test or notes of an observation, and where it is kept."),
    )
    grade = forms.ChoiceField(label=_("Grade"), choices=_GRADES, error_messages={"required": _("Choose the grade.")})
    feedback = forms.CharField(
        label=_("Why this grade?"),
        max_length=MOST_FEEDBACK,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The apprentice can read this once the result is released."),
        error_messages={"required": _("Say why it is this grade. The apprentice reads it.")},
    )

    def __init__(
        self, data: QueryDict | None = None, *, pieces: Iterable[tuple[UUID, str]], before: Marking | None = None
    ) -> None:
        super().__init__(data)
        choices = [(str(pk), label) for pk, label in pieces]
        cast(forms.MultipleChoiceField, self.fields["pieces"]).choices = choices
        if not choices:
            del self.fields["pieces"]
        if before:
            for name in ("assessed_on", "rests_on", "grade", "feedback"):
                self.fields[name].initial = getattr(before, name)
            if choices:
                self.fields["pieces"].initial = [str(pk) for pk in before.pieces]

    def marking(self) -> Marking:
        """What was typed, as the workflow takes it."""
        given: dict[str, Any] = self.cleaned_data
        pieces = frozenset(map(UUID, given.get("pieces", ())))
        return Marking(given["assessed_on"], given["grade"], given["feedback"], pieces, given["rests_on"])


class CorrectMarkForm(MarkForm):
    """The same of a result that was wrong, and why."""

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is corrected.")},
    )


class MarkAgainForm(FormWithToken):
    """Which grade a second person gives, or which was agreed at a standardisation."""

    grade = forms.ChoiceField(
        label=_("Your grade"), choices=_GRADES, error_messages={"required": _("Choose the grade.")}
    )
    words = forms.CharField(
        label=_("Why (needed if it is another grade)"),
        required=False,
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only staff of the training provider and auditors can read this."),
    )
    record = forms.ChoiceField(
        label=_("Standardisation meeting"),
        required=False,
        help_text=_("Choose one if the grade was agreed there."),
    )

    def __init__(self, data: QueryDict | None = None, *, records: Iterable[tuple[UUID, str]]) -> None:
        super().__init__(data)
        choices = [("", str(_("None"))), *((str(pk), label) for pk, label in records)]
        cast(forms.ChoiceField, self.fields["record"]).choices = choices
        if len(choices) == 1:
            del self.fields["record"]

    def told(self) -> dict[str, Any]:
        """What was typed, as the workflow takes it."""
        given: dict[str, Any] = self.cleaned_data
        record = given.get("record")
        return {
            "mark_id": given["token"],
            "grade": given["grade"],
            "words": given["words"],
            "record_id": UUID(record) if record else None,
        }
