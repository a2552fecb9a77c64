"""Forms for off-the-job hours and registers."""

import re
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from core import clock
from core.fields import DayField
from pages.tokens import FormWithToken
from programme.learning_hours.durations import in_words, minutes_of
from programme.learning_hours.entry_rules import MOST_NOTE, Words
from programme.learning_hours.files import MOST_CHARACTERS
from programme.models import NOT_COUNTED, Kind, OffTheJobEntry, SessionKind
from programme.workflow import SessionWords

#: What a form calls fields that the workflow calls otherwise.
NAMES = {"minutes": "duration"}
_CODE = re.compile(r"[A-Za-z]{1,3}\s?\d{1,3}")


class DurationField(forms.CharField):
    """How long something took, as people write it; in minutes."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("How long?"),
            "max_length": 20,
            "help_text": _("Hours such as 3:30 or 3.5, or minutes such as 90m."),
            "error_messages": {"required": _("Enter how long it took.")},
            "widget": forms.TextInput(attrs={"autocomplete": "off"}),
        } | kwargs
        super().__init__(**given)

    def clean(self, value: Any) -> int:
        """The minutes.

        Raises:
            ValidationError: it is no time, with what to write instead.
        """
        try:
            return minutes_of(super().clean(value))
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


def _kinds() -> list[Any]:
    counted = [(kind.value, kind.label) for kind in Kind if kind not in NOT_COUNTED]
    rest = [(kind.value, kind.label) for kind in Kind if kind in NOT_COUNTED]
    return [(_("Counts as off-the-job training"), counted), (_("Kept, but not counted"), rest)]


def codes_in(typed: str, apprenticeship: Apprenticeship) -> dict[str, UUID]:
    """The ids of the KSBs whose codes were typed, by code.

    Raises:
        ValidationError: what was typed are no codes, or one is not in the standard.
    """
    codes = [code.replace(" ", "").upper() for code in _CODE.findall(typed)]
    if _CODE.sub("", typed).strip(" ,;and."):
        raise ValidationError(_("Enter codes such as K1, S3."))
    known = dict(applicable_ksbs(apprenticeship).values_list("code", "pk")) if codes else {}
    if wrong := [code for code in codes if code not in known]:
        raise ValidationError(_t("%(code)s is not in this standard.") % {"code": wrong[0]})
    return {code: known[code] for code in codes}


class HoursForm(FormWithToken):
    """One entry of hours: four fields, and more for who wants to say more."""

    #: Shown at once; the others are under “More”.
    first_fields = ("duration", "kind", "note", "deliverer_choice", "deliverer")
    duration = DurationField()
    kind = forms.ChoiceField(label=_("What kind?"), choices=_kinds)
    note = forms.CharField(
        label=_("What did you do or learn?"),
        max_length=MOST_NOTE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what you did or learned.")},
    )
    deliverer_choice = forms.ChoiceField(label=_("Who delivered it?"), required=False)
    deliverer = forms.CharField(
        label=_("Their name, if they are not in the list"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    happened_on = DayField(label=_("Which day?"))
    starts = forms.TimeField(
        label=_("When did it start? (optional)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter a time of day such as 09:30.")},
    )
    ksbs = forms.CharField(
        label=_("KSBs it was about (optional)"),
        max_length=300,
        required=False,
        help_text=_("Codes such as K1, S3."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    in_paid_hours = forms.BooleanField(
        label=_("It was in paid working hours, or was made up by time off"), required=False, initial=True
    )
    evidence = forms.UUIDField(required=False, widget=forms.HiddenInput)
    plan_item = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        apprenticeship: Apprenticeship,
        people: list[tuple[UUID, str, str]],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        self.apprenticeship = apprenticeship
        names = dict.fromkeys((str(pk), name) for pk, name, _role in people)
        chosen = (initial or {}).get("deliverer_choice", "")
        choice = cast(forms.ChoiceField, self.fields["deliverer_choice"])
        choice.choices = [("", _t("Nobody, or somebody else")), *names]
        if chosen and chosen not in dict(names):
            choice.choices = [*choice.choices, (chosen, _t("As before"))]
        self.fields["happened_on"].initial = clock.today()
        for name, value in (initial or {}).items():
            self.fields[name].initial = value

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields shown at once."""
        return [self[name] for name in self.first_fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields under “More”."""
        return [self[name] for name in ("happened_on", "starts", "ksbs", "in_paid_hours")]

    @property
    def shows_more(self) -> bool:
        """Whether something is wrong with a field that would be folded away."""
        return any(field.errors for field in self.more)

    def clean_ksbs(self) -> tuple[UUID, ...]:
        """The ids of the codes that were typed.

        Raises:
            ValidationError: one is not in the standard.
        """
        known = codes_in(self.cleaned_data["ksbs"], self.apprenticeship)
        return tuple(known.values())

    def words(self) -> Words:
        """What the entry says, once the form is valid."""
        given = self.cleaned_data
        chosen = given["deliverer_choice"]
        return Words(
            happened_on=given["happened_on"],
            minutes=given["duration"],
            kind=given["kind"],
            note=given["note"],
            starts=given["starts"],
            in_paid_hours=given["in_paid_hours"],
            deliverer="" if chosen else given["deliverer"],
            delivered_by=UUID(chosen) if chosen else None,
            ksbs=given["ksbs"],
            evidence=given["evidence"],
            plan_item=given["plan_item"],
        )


class HoursCorrectionForm(HoursForm):
    """Another version of an entry, and why."""

    reason = forms.CharField(
        label=_("Why do you correct it?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why.")},
    )

    @classmethod
    def initial_of(cls, entry: OffTheJobEntry, codes: dict[str, str]) -> dict[str, Any]:
        """What the form shows of an entry that is there."""
        return {
            "duration": in_words(entry.minutes),
            "kind": entry.kind,
            "note": entry.note,
            "deliverer_choice": str(entry.delivered_by_id or ""),
            "deliverer": entry.deliverer,
            "happened_on": entry.happened_on,
            "starts": timezone.localtime(entry.starts_at).time() if entry.starts_at else None,
            "ksbs": ", ".join(code for pk, code in codes.items() if pk in entry.ksbs),
            "evidence": entry.evidence_id,
            "plan_item": entry.plan_item,
        }


class WhyForm(forms.Form):
    """Why hours are removed, or a register is corrected."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why.")},
    )


def _decoded(content: bytes) -> str | None:
    """The text of a file in UTF-8, or in what spreadsheets on Windows write; None if it is neither."""
    for encoding in ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            return None if "\0" in text else text
    return None


class LogForm(forms.Form):
    """A log in a CSV file, or its text as the preview sends it back."""

    file = forms.FileField(label=_("CSV file"), required=False, help_text=_("With the columns that are named below."))
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if file := cleaned.get("file"):
            if file.size > MOST_CHARACTERS:
                self.add_error("file", _("The file is too large for a log of hours."))
                return cleaned
            cleaned["text"] = _decoded(file.read())
            if cleaned["text"] is None:
                self.add_error("file", _("This file cannot be read. Save it from your spreadsheet as CSV."))
        elif not cleaned.get("text"):
            self.add_error("file", _("Choose the file."))
        elif len(cleaned["text"]) > MOST_CHARACTERS:
            self.add_error("file", _("The file is too large for a log of hours."))
        return cleaned


class SessionForm(FormWithToken):
    """A training session, and who was there."""

    title = forms.CharField(
        label=_("What was it about?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say what the session was about.")},
    )
    kind = forms.ChoiceField(label=_("What kind?"), choices=SessionKind.choices)
    happened_on = DayField(label=_("Which day?"))
    starts = forms.TimeField(
        label=_("When did it start? (optional)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter a time of day such as 09:30.")},
    )
    duration = DurationField()
    present = forms.MultipleChoiceField(
        label=_("Who was there?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick everybody who was there. You can register the others as absent below."),
        error_messages={"required": _("Tick who was there.")},
    )
    notes_absent = forms.BooleanField(label=_("Register the others as absent"), required=False)

    def __init__(self, data: QueryDict | None = None, *, learners: list[tuple[UUID, str]]) -> None:
        super().__init__(data)
        self.learners = learners
        self.fields["happened_on"].initial = clock.today()
        cast(forms.MultipleChoiceField, self.fields["present"]).choices = [(str(pk), name) for pk, name in learners]

    def words(self) -> SessionWords:
        """What the session was, once the form is valid."""
        given = self.cleaned_data
        return SessionWords(
            title=given["title"],
            happened_on=given["happened_on"],
            minutes=given["duration"],
            kind=given["kind"],
            starts=given["starts"],
        )

    def attendance(self) -> tuple[list[UUID], list[UUID]]:
        """Who was present, and who was absent."""
        present = {UUID(pk) for pk in self.cleaned_data["present"]}
        others = [pk for pk, _name in self.learners if pk not in present]
        return list(present), others if self.cleaned_data["notes_absent"] else []
