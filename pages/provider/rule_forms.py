"""Forms with which a provider's admin sets what it takes to sign a KSB off."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import SignOffPolicy
from assessments.policies.models import MOST_CLAIMS, OUTCOMES, KsbGroup
from assessments.policies.outcomes import OutcomeRule
from assessments.policies.outcomes import columns_of as outcome_columns_of
from assessments.policies.rules import Rule, columns_of
from core import clock
from core.canonical import digest
from core.fields import DayField
from occupations.models import Ksb, Standard
from portfolios.models import EvidenceKind


class UndoRuleForm(forms.Form):
    """Why a change of a rule is undone."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who works for the training provider can read this."),
        error_messages={"required": _("Say why.")},
    )


class RuleForm(UndoRuleForm):
    """What it takes, for which KSBs, and from which day on."""

    standard = forms.ModelChoiceField(
        label=_("Standard"), queryset=Standard.objects.none(), required=False, empty_label=_("All standards")
    )
    ksb_group = forms.ChoiceField(
        label=_("For"),
        choices=[("", _("Knowledge, skills and behaviours")), *[(one, one.label.capitalize()) for one in KsbGroup]],
        required=False,
    )
    uses_wider = forms.BooleanField(
        label=_("No separate rule: use the wider one"),
        required=False,
        help_text=_(
            "A rule for one standard comes before that for all, and a rule for behaviours before that for all KSBs."
        ),
    )
    met_claims = forms.IntegerField(label=_("How many met claims it takes"), min_value=1, max_value=MOST_CLAIMS)
    pieces = forms.IntegerField(label=_("From how many pieces of evidence"), min_value=1, max_value=MOST_CLAIMS)
    evidence_kinds = forms.IntegerField(
        label=_("Of how many types of evidence"), min_value=1, max_value=len(EvidenceKind.values)
    )
    counted_kinds = forms.MultipleChoiceField(
        label=_("Types of evidence that count"),
        choices=EvidenceKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("If you tick none, every type counts."),
    )
    signs_off_itself = forms.TypedChoiceField(
        label=_("Sign-off"),
        choices=[("0", _("An assessor signs it off")), ("1", _("The last met claim signs it off"))],
        widget=forms.RadioSelect,
        coerce=lambda given: given == "1",
    )
    needs_employer = forms.BooleanField(
        label=_("The employer confirms behaviours before they are signed off"), required=False
    )
    from_day = DayField(label=_("For decisions from"), help_text=_("Today means from now on. What is met stays met."))

    field_order = [
        "standard",
        "ksb_group",
        "uses_wider",
        "met_claims",
        "pieces",
        "evidence_kinds",
        "counted_kinds",
        "signs_off_itself",
        "needs_employer",
        "from_day",
        "reason",
    ]

    def __init__(
        self, data: QueryDict | None, *, standards: Any, rule: Rule, standard: UUID | None, ksb_group: str
    ) -> None:
        initial = {
            "standard": standard,
            "ksb_group": ksb_group,
            "met_claims": rule.met_claims,
            "pieces": rule.pieces,
            "evidence_kinds": rule.evidence_kinds,
            "counted_kinds": sorted(rule.counted_kinds),
            "signs_off_itself": "1" if rule.signs_off_itself else "0",
            "needs_employer": rule.needs_employer,
            "from_day": clock.today(),
        }
        super().__init__(data, initial=initial)
        cast("forms.ModelChoiceField[Any]", self.fields["standard"]).queryset = standards

    def rule(self) -> Rule | None:
        """What is asked for; None where the wider rule is to apply."""
        given = self.cleaned_data
        if given["uses_wider"]:
            return None
        names = ("met_claims", "pieces", "evidence_kinds", "signs_off_itself", "needs_employer")
        return Rule(counted_kinds=frozenset(given["counted_kinds"]), **{name: given[name] for name in names})

    def scope(self) -> dict[str, Any]:
        """Which KSBs it is for."""
        standard: Standard | None = self.cleaned_data["standard"]
        return {"standard_id": standard.pk if standard else None, "ksb_group": self.cleaned_data["ksb_group"]}

    def seen(self) -> str:
        """A name for what a preview shows, so that a rule is saved only as it was seen."""
        scope, begins = self.scope(), self.cleaned_data["from_day"]
        return digest([scope["standard_id"], scope["ksb_group"], begins, columns_of(self.rule())])


class OutcomeRuleForm(UndoRuleForm):
    """Which KSBs are mandatory for the outcomes of a standard, and how many of the others each outcome needs."""

    mandatory = forms.MultipleChoiceField(
        label=_("Mandatory KSBs"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The assessment plan prints them in bold. An outcome cannot do without them."),
    )
    needs_all = forms.TypedChoiceField(
        label=_("Of the other KSBs, each outcome needs"),
        choices=[("1", _("all of them")), ("0", _("some of them"))],
        widget=forms.RadioSelect,
        coerce=lambda given: given == "1",
    )
    others = forms.IntegerField(
        label=_("How many"), required=False, min_value=0, help_text=_("If an outcome has fewer, it needs all it has.")
    )
    from_day = DayField(
        label=_("For sign-offs from"), help_text=_("Today means from now on. What is shown stays shown.")
    )

    field_order = ["mandatory", "needs_all", "others", "from_day", "reason"]

    def __init__(self, data: QueryDict | None, *, ksbs: Sequence[Ksb], rule: OutcomeRule) -> None:
        initial = {
            "mandatory": sorted(rule.mandatory),
            "needs_all": "1" if rule.others is None else "0",
            "others": rule.others,
            "from_day": clock.today(),
        }
        super().__init__(data, initial=initial)
        choices = [(ksb.code, f"{ksb.code} {ksb.statement}") for ksb in ksbs]
        cast("forms.MultipleChoiceField", self.fields["mandatory"]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("needs_all") is False and cleaned.get("others") is None and "others" not in self.errors:
            self.add_error("others", _("Enter how many of the other KSBs each outcome needs."))
        return cleaned

    def rule(self) -> OutcomeRule:
        """What is asked for."""
        given = self.cleaned_data
        return OutcomeRule(frozenset(given["mandatory"]), None if given["needs_all"] else given["others"])

    def seen(self) -> str:
        """A name for what a preview shows, so that a rule is saved only as it was seen."""
        return digest([self.cleaned_data["from_day"], outcome_columns_of(self.rule())])


def scope_words(policy: SignOffPolicy) -> str:
    """Which KSBs a version of a rule is for, in words."""
    if policy.ksb_group == OUTCOMES and policy.standard:
        return _("Outcomes, %(standard)s %(version)s") % {"standard": policy.standard.title, "version": policy.version}
    group = KsbGroup(policy.ksb_group).label.capitalize() if policy.ksb_group else _("Knowledge, skills and behaviours")
    standard = policy.standard.title if policy.standard else _("all standards")
    return f"{group}, {standard}"
