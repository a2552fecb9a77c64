"""Forms of internal quality assurance."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.models import AppealAnswer, Factor, Finding, FindingNote, FlagAnswer, InvestigationEnd, Method, Risk
from assessments.sampling import access
from assessments.sampling.pool import Line, Pair
from assessments.workflow import Found, Rates
from core import clock
from core.fields import DayField
from pages.tokens import FormWithToken
from pages.whole_forms import WholeForm
from portfolios.models import Quarantine

#: A plan is for the decisions of this long, unless somebody says otherwise.
USUAL_PERIOD = timedelta(days=30)
#: An action is due after this long, unless somebody says otherwise.
USUAL_TIME = timedelta(days=14)


class PeriodForm(forms.Form):
    """Of which days decisions are sampled."""

    from_on = DayField(label=_("Decisions from"))
    until_on = DayField(label=_("Up to and including"))

    def __init__(self, data: QueryDict) -> None:
        today = clock.today()
        usual = {"from_on": (today - USUAL_PERIOD).isoformat(), "until_on": today.isoformat()}
        super().__init__({name: data.get(name) or usual[name] for name in usual})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("The last day must be on or after the first."))
        if last and last > clock.today():
            self.add_error("until_on", _("The last day must not be in the future."))
        return cleaned


def _select() -> forms.Select:
    """A choice in a table's cell, drawn as in a form."""
    return forms.Select(attrs={"class": "form-select"})


class LineFields(NamedTuple):
    """A line of a plan with its two fields."""

    line: Line
    risk: forms.BoundField
    method: forms.BoundField


class PlanForm(FormWithToken):
    """How many decisions are checked, what the sample is spread across, and each line's risk and method."""

    from_on = DayField(widget=forms.HiddenInput)
    until_on = DayField(widget=forms.HiddenInput)
    low_percent = forms.IntegerField(label=_("Low risk (%)"), min_value=0, max_value=100)
    medium_percent = forms.IntegerField(label=_("Medium risk (%)"), min_value=0, max_value=100)
    high_percent = forms.IntegerField(label=_("High risk (%)"), min_value=0, max_value=100)
    gateway_percent = forms.IntegerField(
        label=_("Of each apprentice who is near the gateway (%)"),
        min_value=0,
        max_value=100,
        help_text=_("Those whose training ends within eight weeks."),
    )
    factors = forms.MultipleChoiceField(
        label=_("Check at least one decision for"),
        choices=Factor.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Why you chose a lower risk"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only needed if you choose a lower risk than the one worked out."),
    )

    def __init__(self, data: QueryDict | None, *, lines: Iterable[Line], period: dict[str, Any]) -> None:
        super().__init__(data)
        self.lines = list(lines)
        for name, value in (vars(Rates()) | period | {"factors": [Factor.ASSESSORS, Factor.METHODS]}).items():
            self.fields[name].initial = value
        for line in self.lines:
            of = {"who": line.assessor_name, "standard": line.standard_name}
            self.fields[self._name("risk", line)] = forms.ChoiceField(
                label=_t("Risk of %(who)s on %(standard)s") % of,
                choices=Risk.choices,
                initial=line.rated,
                widget=_select(),
            )
            self.fields[self._name("method", line)] = forms.ChoiceField(
                label=_t("How %(who)s is checked on %(standard)s") % of,
                choices=Method.choices,
                initial=line.method,
                widget=_select(),
            )

    @staticmethod
    def _name(what: str, line: Line) -> str:
        return f"{what}_{line.assessor}_{line.standard}"

    def rows(self) -> list[LineFields]:
        """Each line with its fields."""
        return [
            LineFields(line, self[self._name("risk", line)], self[self._name("method", line)]) for line in self.lines
        ]

    def chosen(self) -> dict[Pair, tuple[str, str]]:
        """The risk and the method that were chosen for each line."""
        said = self.cleaned_data
        return {line.pair: (said[self._name("risk", line)], said[self._name("method", line)]) for line in self.lines}

    def rates(self) -> Rates:
        return Rates(**{name: self.cleaned_data[name] for name in vars(Rates())})


class WhyForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )


class HideForm(FormWithToken):
    """Why a file is hidden."""

    reason = forms.CharField(
        label=_("What does it show that it should not?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
        help_text=_(
            "For staff. Name nobody: “a patient’s name on the chart” is enough. The apprentice does not see it."
        ),
    )


class EndForm(forms.Form):
    """What should become of a hidden file, and why."""

    wish = forms.ChoiceField(
        label=_("What should happen to it?"),
        choices=Quarantine.Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what should happen to the file.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )


class FlagForm(FormWithToken):
    """What somebody makes of a flag."""

    result = forms.ChoiceField(
        label=_("Is there something to look into?"),
        choices=FlagAnswer.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether there is something to look into.")},
    )
    note = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
        help_text=_("For staff. The apprentice does not see it."),
    )


class InvestigateForm(FormWithToken):
    """Why a submission is put under investigation."""

    reason = forms.CharField(
        label=_("What makes you doubt that it is their own work?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
        help_text=_("For staff. The apprentice does not see it."),
    )


class InvestigationEndForm(forms.Form):
    """How an investigation ends."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=InvestigationEnd.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found.")},
    )
    words = forms.CharField(
        label=_("What should the apprentice read?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what the apprentice should read.")},
        help_text=_("What you found, and what happens next. Name nobody else."),
    )


class FoundForm(WholeForm):
    """What a check found."""

    result = forms.ChoiceField(
        label=_("Do you agree with this decision?"),
        choices=[
            (Finding.Result.AGREED, _("Yes, agreed")),
            (Finding.Result.ACTION, _("No, something has to be done")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you agree.")},
    )
    feedback = forms.CharField(
        label=_("Feedback to the assessor"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Is the evidence valid, authentic, current, sufficient and reliable? The apprentice does not see this."
        ),
    )
    action = forms.CharField(
        label=_("What has to be done"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.TypedChoiceField(label=_("Who does it"), required=False, coerce=UUID, empty_value=None)
    due_on = DayField(label=_("By when"), required=False)

    def __init__(self, data: QueryDict | None = None, *, provider: UUID, assessor: UUID, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        people = [(str(person.pk), person.name) for person in access.owners_at(provider)]
        self.fields["owner"].choices = people  # type: ignore[attr-defined]
        self.fields["owner"].initial = str(assessor)
        self.fields["due_on"].initial = clock.today() + USUAL_TIME

    def of_action(self) -> list[forms.BoundField]:
        """The fields about what has to be done, which mean nothing where the check agrees."""
        names = ("action", "owner", "due_on", "reopen_because")
        return [self[name] for name in names if name in self.fields]

    def found(self) -> Found:
        said = self.cleaned_data
        return Found(said["result"], said["feedback"], said["action"], said["owner"], said["due_on"])


class CheckForm(FormWithToken, FoundForm):
    """What a check found, for the first time; where the KSB is signed off, also whether that is reopened."""

    reopen_because = forms.CharField(
        label=_("Reopen the KSB (optional)"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is signed off. To reopen it, say why. The apprentice can read this."),
    )

    def __init__(self, data: QueryDict | None = None, *, is_signed_off: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not is_signed_off:
            del self.fields["reopen_because"]


class FindingCorrectionForm(FoundForm):
    """What a check should have found, and why."""

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is corrected.")},
    )


class NoteForm(FormWithToken):
    """An answer, or that an action is closed or open again."""

    kind = forms.ChoiceField(choices=FindingNote.Kind.choices, widget=forms.HiddenInput)
    words = forms.CharField(
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was done, or what is still missing.")},
    )

    def __init__(self, data: QueryDict | None = None, *, kind: str = "") -> None:
        super().__init__(data, prefix=kind or None)
        self.fields["kind"].initial = kind
        self.fields["words"].label = {
            FindingNote.Kind.ANSWER: _t("Your answer"),
            FindingNote.Kind.CLOSED: _t("What was done"),
            FindingNote.Kind.OPENED: _t("What is still missing"),
        }.get(FindingNote.Kind(kind) if kind else FindingNote.Kind.ANSWER, "")


class AppealForm(FormWithToken):
    """Why an apprentice thinks that a decision is wrong."""

    grounds = forms.CharField(
        label=_("Why do you think this is wrong?"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Say where your evidence shows it, or what was not fair. Your assessor can read this."),
        error_messages={"required": _("Say why you think this is wrong.")},
    )


class AppealAnswerForm(forms.Form):
    """How an appeal is decided."""

    result = forms.ChoiceField(
        label=_("Do you uphold the appeal?"),
        choices=[
            (AppealAnswer.Result.UPHELD, _("Yes, the apprentice is right")),
            (AppealAnswer.Result.TURNED_DOWN, _("No, the decision stays")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you uphold the appeal.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The apprentice and the assessor can read this."),
        error_messages={"required": _("Say why.")},
    )
