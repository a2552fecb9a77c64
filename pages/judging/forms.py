"""Forms for judging."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Outcome
from assessments.checking.rules import Rule
from assessments.declaration import WORDING, Declaration
from assessments.feedback import MOST_IN_PART, PARTS, Feedback
from assessments.models import Decision
from assessments.rounds import RoundClaim
from assessments.unfinished import ClaimWords
from core.fields import DayField
from pages.templatetags.fields import field
from pages.whole_forms import WholeForm


class ElsewhereForm(forms.Form):
    """Which other standard to hold an apprentice's record against: its reference, or words to find it by."""

    words = forms.CharField(
        label=_("Find a standard"),
        max_length=100,
        required=False,
        error_messages={
            "max_length": _("Use 100 characters or fewer."),
            "null_characters_not_allowed": _("Use letters and numbers only."),
        },
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("Title, job, ST number or any skill")}
        ),
    )
    to = forms.RegexField(r"^(ST|FA|AU)\d{4}$", required=False, widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.add_layout(Layout(Field("words", wrapper_class="filters-wide")))
        return helper


class Drawn(NamedTuple):
    """The fields that judge one claim, as they are shown."""

    outcome: SafeString
    missing: SafeString
    meets: SafeString
    next_step: SafeString
    by_when: SafeString
    sign_off: SafeString
    has_more: bool


def feedback_fields(code: str) -> dict[str, forms.Field]:
    """The fields for what is said about the KSB with this code, by the names of the parts, in the order of the page."""

    def text(label: str, help_text: str = "") -> forms.CharField:
        return forms.CharField(
            label=label % {"code": code},
            help_text=help_text,
            max_length=MOST_IN_PART,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    return {
        "missing": text(gettext("What is missing for %(code)s?"), gettext("Needed when it is not met yet.")),
        "meets": text(gettext("What meets %(code)s? (optional)")),
        "next_step": text(gettext("Next step for %(code)s (optional)")),
        "by_when": DayField(label=_("By when, for %(code)s? (optional)") % {"code": code}, required=False),
    }


def _fields_of(code: str) -> dict[str, forms.Field]:
    """The fields that judge the claim on the KSB with this code."""
    return {
        f"outcome_{code}": forms.ChoiceField(
            label=_("Is %(code)s met?") % {"code": code},
            choices=Outcome.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose met, not yet or not assessed for %(code)s.") % {"code": code}},
        ),
        **{f"{name}_{code}": made for name, made in feedback_fields(code).items()},
        f"sign_off_{code}": forms.BooleanField(label=_("Sign %(code)s off as well") % {"code": code}, required=False),
    }


def _drawn(form: forms.Form, code: str) -> Drawn:
    meets, next_step, by_when = more = [form[f"{name}_{code}"] for name in ("meets", "next_step", "by_when")]
    return Drawn(
        as_crispy_field(form[f"outcome_{code}"]),
        field(form[f"missing_{code}"]),
        field(meets),
        field(next_step),
        field(by_when),
        field(form[f"sign_off_{code}"]),
        has_more=any(bound.value() or bound.errors for bound in more),
    )


def blank_fields(code: str) -> Drawn:
    """The fields of a claim that nobody has judged yet: but for its code they are the same for all, so kept."""
    return _blank_fields(code, get_language())


@lru_cache(maxsize=1_000)
def _blank_fields(code: str, _language: str) -> Drawn:
    form = forms.Form()
    form.fields |= _fields_of(code)
    return _drawn(form, code)


class ReviewForm(WholeForm):
    """What is said of every claim of a submission, with feedback for each, and whether to sign the KSB off as well.

    The fields of K1 are `outcome_K1`, `missing_K1` and so on. Feedback may be empty but must be sent: what is recorded
    as a judgement never changes.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        claims: list[RoundClaim],
        added: Mapping[str, ClaimWords],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        codes = [claim.code for claim in claims]
        self.codes = [*codes, *(code for code, words in added.items() if words.added and code not in codes)]
        for code in self.codes:
            self.fields |= _fields_of(code)
        self.fields["rules"] = forms.MultipleChoiceField(
            choices=Rule.choices, required=False, widget=forms.CheckboxSelectMultiple
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for code in self.codes:
            outcome = cleaned.get(f"outcome_{code}")
            if outcome == Outcome.NOT_YET and not cleaned.get(f"missing_{code}", True):
                self.add_error(f"missing_{code}", _("Say what is missing for %(code)s.") % {"code": code})
            if outcome == Outcome.NOT_YET and cleaned.get(f"sign_off_{code}"):
                self.add_error(
                    f"sign_off_{code}", _("%(code)s is not yet met, so it cannot be signed off.") % {"code": code}
                )
        return cleaned

    def drawn(self, code: str) -> Drawn:
        """The fields of one claim as they were sent, with what is wrong with them."""
        return _drawn(self, code)


class CorrectionForm(WholeForm):
    """What a decision should have been, and why it is corrected."""

    outcome = forms.ChoiceField(
        label=_("Is it met?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose met, not yet or not assessed.")},
    )
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The apprentice reads this. The decision before it stays on the record."),
        error_messages={"required": _("Say why it is corrected.")},
    )

    def __init__(self, data: QueryDict | None, *, of: Decision) -> None:
        given = {**of.feedback.texts(), "by_when": of.feedback.by_when, "outcome": of.outcome}
        super().__init__(data, initial=given)
        self.fields |= feedback_fields(of.claim.ksb.code)

    def feedback(self) -> Feedback:
        """What is said of it, once the form is valid."""
        parts = {name: self.cleaned_data[name] for name in PARTS}
        return Feedback(**parts, by_when=self.cleaned_data["by_when"])


class DeclarationForm(forms.Form):
    """What an apprentice declares with a submission: own work, and whether and for what AI was used."""

    is_own_work = forms.BooleanField(
        label=WORDING, error_messages={"required": _("Confirm that this is your own work.")}
    )
    uses_ai = forms.ChoiceField(
        label=_("Did you use AI, such as a chat or writing assistant?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you used AI.")},
    )
    ai_tool = forms.CharField(label=_("Which tool?"), max_length=200, required=False)
    ai_purpose = forms.CharField(
        label=_("What for?"),
        max_length=1_000,
        required=False,
        help_text=_("Such as “to check my spelling”. Using AI is allowed where you say so."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and (missing := self.declaration().missing()):
            self.add_error(*missing)
        return cleaned

    def declaration(self) -> Declaration:
        """The answers, once they are valid."""
        return Declaration(
            is_own_work=self.cleaned_data["is_own_work"],
            uses_ai=self.cleaned_data["uses_ai"] == "yes",
            ai_tool=self.cleaned_data["ai_tool"],
            ai_purpose=self.cleaned_data["ai_purpose"],
        )


class ConfirmationForm(DeclarationForm):
    """The same for what an assessor recorded, with what the apprentice says of it."""

    comment = forms.CharField(
        label=_("Do you want to say something about it? (optional)"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawalForm(forms.Form):
    """Why a sign-off is withdrawn."""

    reason = forms.CharField(
        label=_("Why are you withdrawing it?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The apprentice will read this. It stays on the record."),
        error_messages={"required": _("Say why you are withdrawing the sign-off.")},
    )
