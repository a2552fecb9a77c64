"""Forms of progress reviews: planning one, writing it up, and what a provider sets."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, NameField
from pages.tokens import FormWithToken
from pages.whole_forms import WholeForm
from programme.models import Party
from programme.reviewing.sections import LONGEST_TEXT, MOST_SECTIONS, Section
from programme.reviewing.words import LONGEST_LINE, MOST_ACTIONS


class PlanReviewForm(FormWithToken):
    """The day of a review."""

    planned_on = DayField(label=_("Day of the review"), error_messages={"required": _("Enter the day.")})

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["planned_on"].initial = clock.today()


class MoveReviewForm(forms.Form):
    """Another day for a review."""

    planned_on = DayField(label=_("New day"), error_messages={"required": _("Enter the day.")})


class CancelReviewForm(forms.Form):
    """Why a review is cancelled."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is cancelled.")},
    )


class RhythmForm(WholeForm):
    """How often an apprentice's progress is reviewed."""

    months = forms.IntegerField(
        label=_("How many calendar months between reviews?"),
        required=False,
        min_value=1,
        max_value=12,
        help_text=_("Leave it empty to go back to the rule."),
    )
    agreed_with = NameField(label=_("Who agreed for the employer"), required=False)
    reason = forms.CharField(
        label=_("Why"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("An audit asks for the reason, such as training in blocks."),
        error_messages={"required": _("Say why. An audit asks for it.")},
    )


#: What is said of an action: the beginnings of the names of its fields.
_OF_ACTION = ("what", "owner", "due")


class ActionFields(NamedTuple):
    """The fields of one new action.

    Attributes:
        is_blank: whether nothing stands in them, so that they look the same for everybody.
    """

    number: int
    is_blank: bool
    what: forms.BoundField
    owner: forms.BoundField
    due: forms.BoundField


def _line(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST_LINE, **kwargs)


def _day_line(label: Any) -> forms.CharField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.CharField(label=label, required=False, max_length=40, widget=widget)


def _meeting_fields() -> dict[str, forms.Field]:
    """The fields on the meeting itself, by name."""
    return {
        "held_on": _day_line(_("When did you meet?")),
        f"with_{Party.PROVIDER.value}": _line(_("For the training provider")),
        f"with_{Party.APPRENTICE.value}": _line(_("Apprentice")),
        f"with_{Party.EMPLOYER.value}": _line(_("For the employer")),
        "absent": _line(_("If somebody was missing: why?")),
    }


def _earlier_fields(number: int) -> tuple[forms.Field, forms.Field]:
    """Whether an earlier action was done, and what is said of it."""
    said = {"n": number}
    done = forms.ChoiceField(
        label=_t("Was action %(n)s done?") % said,
        required=False,
        choices=[("yes", _("Done")), ("no", _("Not done"))],
        widget=forms.RadioSelect,
    )
    return done, _line(_t("If not: why, and what happens now (action %(n)s)") % said)


def _section_field(section: Section) -> forms.Field:
    return forms.CharField(
        label=section.title,
        help_text=section.help,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _action_fields(number: int) -> dict[str, forms.Field]:
    """The fields of one new action, by name."""
    said = {"n": number}
    return {
        f"what_{number}": _line(_t("Action %(n)s") % said),
        f"owner_{number}": forms.ChoiceField(
            label=_t("Who does action %(n)s") % said, required=False, choices=[("", "—"), *Party.choices]
        ),
        f"due_{number}": _day_line(_t("Action %(n)s by") % said),
    }


# Django takes longer to make a field than to draw it.
_shown_meeting_fields, _shown_action_fields = cache(_meeting_fields), cache(_action_fields)
_shown_earlier_fields = lru_cache(maxsize=100)(_earlier_fields)
_shown_section_field = lru_cache(maxsize=1_000)(_section_field)


class WriteReviewForm(WholeForm):
    """What was said in a review. What has to be there is asked when it is sent, so that it can be kept half-written."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        sections: Iterable[Section],
        carried: Iterable[Mapping[str, Any]],
        initial: Mapping[str, str],
        is_correction: bool,
        makes_every_action: bool = False,
    ) -> None:
        """A form that is only shown makes fields for those actions alone of which something is said.

        It takes fields from those that were made before: nothing is checked by them. What was sent gets its own.
        """
        super().__init__(cast(Any, data), initial=dict(initial))
        is_shown = data is None
        makes_every_action = makes_every_action or not is_shown
        self.sections, self.carried = list(sections), list(carried)
        self.fields |= (_shown_meeting_fields if is_shown else _meeting_fields)()
        for number, action in enumerate(self.carried, start=1):
            done, note = (_shown_earlier_fields if is_shown else _earlier_fields)(number)
            self.fields |= {f"done_{action['id']}": done, f"note_{action['id']}": note}
        for section in self.sections:
            field = (_shown_section_field if is_shown else _section_field)(section)
            self.fields[f"section_{section.key}"] = field
        for number in range(1, MOST_ACTIONS + 1):
            if makes_every_action or any(initial.get(f"{name}_{number}") for name in _OF_ACTION):
                self.fields |= (_shown_action_fields if is_shown else _action_fields)(number)
        if is_correction:
            self.fields["reason"] = forms.CharField(
                label=_("Why do you correct it?"),
                help_text=_("All three read this, and sign again."),
                required=False,
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def meeting(self) -> list[forms.BoundField]:
        """The fields on the meeting itself."""
        return [self[name] for name in ("held_on", *(f"with_{party.value}" for party in Party), "absent")]

    def earlier(self) -> list[dict[str, Any]]:
        """Each earlier action with its fields."""
        return [
            {**action, "done": self[f"done_{action['id']}"], "note": self[f"note_{action['id']}"]}
            for action in self.carried
        ]

    def questions(self) -> list[forms.BoundField]:
        """The sections."""
        return [self[f"section_{section.key}"] for section in self.sections]

    def actions(self) -> list[ActionFields]:
        """The rows for new actions."""
        return [
            ActionFields(
                number, not self.is_bound and form is not self, *(form[f"{name}_{number}"] for name in _OF_ACTION)
            )
            for number in range(1, MOST_ACTIONS + 1)
            for form in [self if f"what_{number}" in self.fields else _blank_form()]
        ]


@cache
def _blank_form() -> WriteReviewForm:
    """The fields of actions of which nothing is said yet: the same in every review."""
    return WriteReviewForm(None, sections=(), carried=(), initial={}, is_correction=False, makes_every_action=True)


class SectionsForm(WholeForm):
    """The sections of a provider's form, in the order of their places; a section without a title is left out."""

    def __init__(self, data: QueryDict | None = None, *, sections: Iterable[Section] = ()) -> None:
        super().__init__(data)
        self.given = list(sections)
        rows = [*self.given, *(Section("", "") for _row in range(max(0, min(3, MOST_SECTIONS - len(self.given)))))]
        if data is not None:
            said_rows = str(data.get("rows", ""))
            count = int(said_rows) if said_rows.isdecimal() and len(said_rows) < 3 else 0
            rows = (rows + [Section("", "")] * MOST_SECTIONS)[: min(count, MOST_SECTIONS)]
        self.rows = rows
        for number, section in enumerate(rows, start=1):
            said = {"n": number}
            self.fields[f"key_{number}"] = forms.CharField(
                required=False, max_length=32, widget=forms.HiddenInput, initial=section.key
            )
            self.fields[f"place_{number}"] = forms.IntegerField(
                label=_t("Place of section %(n)s") % said,
                min_value=1,
                max_value=99,
                initial=number,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )
            self.fields[f"title_{number}"] = forms.CharField(
                label=_t("Title of section %(n)s") % said,
                required=False,
                max_length=100,
                initial=section.title,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
            self.fields[f"help_{number}"] = forms.CharField(
                label=_t("Hint of section %(n)s") % said,
                required=False,
                max_length=300,
                initial=section.help,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
            for name, label, value in (
                ("hidden", _t("The employer does not see section %(n)s") % said, section.is_hidden),
                ("required", _t("Section %(n)s has to be filled in") % said, section.is_required),
            ):
                self.fields[f"{name}_{number}"] = forms.BooleanField(
                    label=label,
                    required=False,
                    initial=value,
                    widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                )

    def lines(self) -> list[dict[str, Any]]:
        """Each section with its fields."""
        return [
            {
                "key": self[f"key_{number}"],
                "texts": [self[f"{name}_{number}"] for name in ("place", "title", "help")],
                "ticks": [self[f"{name}_{number}"] for name in ("hidden", "required")],
            }
            for number in range(1, len(self.rows) + 1)
        ]

    def sections(self) -> list[Section]:
        """What the form says, once it is valid: those with a title, in order. A new one gets a key of its own."""
        said = self.cleaned_data
        found = []
        known = {section.key for section in self.given}
        for number in range(1, len(self.rows) + 1):
            title, key = said[f"title_{number}"].strip(), said[f"key_{number}"]
            if not title:
                continue
            key = key if key in known else ""
            section = Section(
                key, title, said[f"help_{number}"].strip(), said[f"hidden_{number}"], said[f"required_{number}"]
            )
            found.append((said[f"place_{number}"], number, section))
        ordered = [section for _place, _number, section in sorted(found, key=lambda one: one[:2])]
        keys = {section.key for section in ordered}
        fresh = (key for number in range(1, 1000) if (key := f"own{number}") not in keys | known)
        return [section if section.key else section._replace(key=next(fresh)) for section in ordered]
