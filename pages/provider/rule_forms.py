"""Forms with which a provider's admin sets what it takes to sign a KSB off."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import SignOffPolicy
from assessments.policies.models import MOST_CLAIMS, KsbGroup
from assessments.policies.rules import Rule, columns_of
from core import clock
from core.canonical import digest
from core.fields import DayField
from occupations.models import Standard
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


def scope_words(policy: SignOffPolicy) -> str:
    """Which KSBs a version of a rule is for, in words."""
    group = KsbGroup(policy.ksb_group).label.capitalize() if policy.ksb_group else _("Knowledge, skills and behaviours")
    standard = policy.standard.title if policy.standard else _("all standards")
    return f"{group}, {standard}"
