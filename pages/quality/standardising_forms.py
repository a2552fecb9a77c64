"""Forms about standardisation: who met and what they looked at, then how each judged it and what was agreed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Decision, StandardisationJudgement, StandardisationNote
from assessments.workflow import Meeting, ToDo
from core import clock, moments
from core.fields import DayField
from occupations.models import Standard
from pages.tokens import FormWithToken

#: So many actions can be typed at once.
ACTIONS = 3
USUAL_TIME = timedelta(days=28)


def decision_label(one: Decision) -> str:
    """A decision in a list to choose from."""
    claim = one.claim
    title = claim.submission.snapshot.content["title"]
    who = claim.apprenticeship.apprentice.name
    said = f"{one.get_outcome_display()}, {one.by.name}, {moments.day(one.at.date())}"
    return f"{claim.ksb.code}: {title} ({who}). {said}"


class WhoMetForm(forms.Form):
    """Who met, on which day, and which decisions they looked at."""

    held_on = DayField(label=_("On which day"))
    standard = forms.ModelChoiceField(
        label=_("Standard"), queryset=Standard.objects.none(), required=False, empty_label=_("More than one standard")
    )
    people = forms.MultipleChoiceField(
        label=_("Who met"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose everybody who was there: two people or more.")},
    )
    decisions = forms.MultipleChoiceField(
        label=_("Which decisions you looked at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The newest are listed. Each of you says what you would decide about the work."),
    )

    def __init__(self, data: QueryDict | None, *, people: Any, standards: Any, decisions: Iterable[Decision]) -> None:
        super().__init__(data, initial={"held_on": clock.today()})
        cast("forms.ModelChoiceField[Any]", self.fields["standard"]).queryset = standards
        cast(forms.MultipleChoiceField, self.fields["people"]).choices = [(str(pk), name) for pk, name in people]
        cast(forms.MultipleChoiceField, self.fields["decisions"]).choices = [
            (str(one.pk), decision_label(one)) for one in decisions
        ]


class DecisionFields(NamedTuple):
    """A decision that was looked at, with a field for each person who was there."""

    label: str
    fields: list[forms.BoundField]


class RecordForm(FormWithToken):
    """How each judged, what was agreed, and what is to be done."""

    agreed = forms.CharField(
        label=_("What did you agree?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How you will assess this kind of work from now on, and why."),
        error_messages={"required": _("Write what was agreed.")},
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        people: list[tuple[UUID, str]],
        decisions: list[Decision],
        owners: list[User],
        reason: bool = False,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        self.initial = {**self.initial, **(initial or {})}
        self.people, self.decisions, self.asks_why = people, decisions, reason
        outcomes = [("", _("Did not review it")), *StandardisationJudgement.Outcome.choices]
        for decision in decisions:
            for person, name in people:
                field = forms.ChoiceField(label=name, choices=outcomes, required=False)
                self.fields[f"judged_{decision.pk}_{person}"] = field
        if reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why is it corrected?"),
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": _("Say why it is corrected.")},
            )
            return
        names = [("", _("Choose somebody")), *((str(one.pk), one.name) for one in owners)]
        for number in range(1, ACTIONS + 1):
            self.fields[f"action_{number}"] = forms.CharField(
                label=_("What has to be done"),
                max_length=2_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"owner_{number}"] = forms.ChoiceField(label=_("Who does it"), choices=names, required=False)
            usual = clock.today() + USUAL_TIME
            self.fields[f"due_on_{number}"] = DayField(label=_("By when"), required=False, initial=usual)

    def judged_fields(self) -> list[DecisionFields]:
        """The fields of each decision that was looked at."""
        return [
            DecisionFields(
                decision_label(decision), [self[f"judged_{decision.pk}_{person}"] for person, _name in self.people]
            )
            for decision in self.decisions
        ]

    def action_fields(self) -> list[list[forms.BoundField]]:
        """The fields of each action that can be typed."""
        if self.asks_why:
            return []
        parts = ("action", "owner", "due_on")
        return [[self[f"{part}_{number}"] for part in parts] for number in range(1, ACTIONS + 1)]

    def meeting(self, met: dict[str, Any]) -> Meeting:
        """What is recorded; `met` is what the first form says."""
        given = self.cleaned_data
        judged = {
            decision.pk: {
                person: outcome
                for person, _name in self.people
                if (outcome := given.get(f"judged_{decision.pk}_{person}"))
            }
            for decision in self.decisions
        }
        standard: Standard | None = met["standard"]
        people = frozenset(person for person, _name in self.people)
        return Meeting(met["held_on"], people, given["agreed"], standard.pk if standard else None, judged)

    def actions(self) -> list[ToDo]:
        """What is to be done: each that has any words."""
        given = self.cleaned_data
        return [
            ToDo(
                given[f"action_{number}"],
                UUID(given[f"owner_{number}"]) if given[f"owner_{number}"] else None,
                given[f"due_on_{number}"],
            )
            for number in range(1, ACTIONS + 1)
            if given[f"action_{number}"].strip() or given[f"owner_{number}"]
        ]


class ActionNoteForm(FormWithToken):
    """That an action was done, given up or is open again."""

    kind = forms.ChoiceField(label=_("What became of it?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Say more"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what was done, or what is still missing.")},
    )

    def __init__(self, data: QueryDict | None = None, *, kinds: Iterable[str], prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        chosen = [(kind, StandardisationNote.Kind(kind).label) for kind in kinds]
        field = cast(forms.ChoiceField, self.fields["kind"])
        field.choices = chosen
        if chosen:
            field.initial = chosen[0][0]
