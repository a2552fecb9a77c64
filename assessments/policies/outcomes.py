"""What the outcomes of a reformed plan need before they count as shown, and what of it is missing.

A reformed plan groups knowledge and skills by outcome. Some of them it marks as mandatory; the others may be sampled
over the training. So a provider may say that an outcome needs its mandatory KSBs and some of the others.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apprenticeships.models import Apprenticeship, KsbProgress
from assessments.policies.models import OUTCOMES, SignOffPolicy
from assessments.policies.rules import Rules, rules_of
from core import clock
from core.prepared import Prepared
from occupations.models import Assessment

_rows = Prepared(
    lambda apprenticeship: (
        KsbProgress.objects.unscoped()
        .filter(apprenticeship=apprenticeship, ksb__assessments__kind=Assessment.Kind.OUTCOME)
        .order_by("ksb__assessments__position", "ksb__position")
        .values_list(
            "ksb__assessments__pk",
            "ksb__assessments__code",
            "ksb__assessments__title",
            "ksb__code",
            "signed_off_at",
        )
    ),
    is_the_same_every_day=True,
)


@dataclass(frozen=True)
class OutcomeRule:
    """What each outcome needs to be signed off. The defaults apply wherever a provider has set nothing."""

    #: The codes of the KSBs that an outcome cannot do without.
    mandatory: frozenset[str] = frozenset()
    #: How many of its other KSBs it needs; None means all of them.
    others: int | None = None

    @classmethod
    def of(cls, policy: SignOffPolicy) -> "OutcomeRule":
        """What a version of a rule about outcomes asks for."""
        return cls(frozenset(policy.mandatory_codes.split()), policy.others)

    def missing_of(self, codes: Sequence[str], signed_off: Collection[str]) -> "MissingOfOutcome":
        """What an outcome with these KSBs still needs. It never needs nothing at all: one KSB, at least."""
        mandatory = [code for code in codes if code in self.mandatory]
        others = [code for code in codes if code not in self.mandatory]
        left = [code for code in others if code not in signed_off]
        wanted = len(others) if self.others is None else min(self.others, len(others))
        wanted = wanted if mandatory else max(wanted, 1)
        return MissingOfOutcome(
            tuple(code for code in mandatory if code not in signed_off),
            max(wanted - (len(others) - len(left)), 0),
            tuple(left),
        )


@dataclass(frozen=True)
class MissingOfOutcome:
    """The mandatory KSBs that an outcome still needs, how many of the others, and which of these are left."""

    mandatory: tuple[str, ...] = ()
    others: int = 0
    left: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.mandatory or self.others)


@dataclass(frozen=True)
class Outcome:
    """One outcome for one apprentice: what it needs today, and whether it was shown once, which then stays so."""

    name: str
    codes: tuple[str, ...]
    rule: OutcomeRule
    missing: MissingOfOutcome
    is_shown: bool

    def needs(self, code: str) -> bool:
        """Whether it cannot be shown without this KSB."""
        return code in self.rule.mandatory or self.rule.others is None


def columns_of(rule: OutcomeRule | None) -> dict[str, Any]:
    """What a version of a rule about outcomes holds; None means that each needs all of its KSBs again."""
    asked = rule or OutcomeRule()
    return {
        "sets_rule": rule is not None,
        "mandatory_codes": " ".join(sorted(asked.mandatory)),
        "others": asked.others,
    }


def outcome_rule(rules: Rules, at: datetime) -> OutcomeRule:
    """The rule for the outcomes of a standard that is in force at a moment."""
    version = rules.set_for(OUTCOMES, at, rules.standard)
    return OutcomeRule.of(version) if version and version.sets_rule else OutcomeRule()


def standing_of(rules: Rules, name: str, rows: Iterable[tuple[str, datetime | None]], now: datetime) -> Outcome:
    """How one outcome stands, from the codes of its KSBs and when each was signed off.

    Each sign-off is held against the rule of its day. What was enough once stays so: a later rule takes nothing back.
    """
    codes = dict(rows)
    signed = sorted((at, code) for code, at in codes.items() if at)
    today = outcome_rule(rules, now)
    missing = today.missing_of([*codes], {code for _at, code in signed})
    was_enough = any(
        not outcome_rule(rules, at).missing_of([*codes], {code for _at, code in signed[: place + 1]})
        for place, (at, _code) in enumerate(signed)
    )
    return Outcome(name, tuple(codes), today, missing, was_enough or not missing)


def outcomes_of(apprenticeship: Apprenticeship, rules: Rules | None = None) -> list[Outcome]:
    """The outcomes of an apprentice's plan with how each stands; none for a plan of methods.

    One query, and one for the rules where there are outcomes and the caller has not read them.
    """
    found: dict[UUID, tuple[str, list[tuple[str, datetime | None]]]] = {}
    for pk, code, title, ksb, at in _rows(apprenticeship=apprenticeship.pk):
        found.setdefault(pk, (f"{code} {title}".strip(), []))[1].append((ksb, at))
    if not found:
        return []
    rules, now = rules or rules_of(apprenticeship), clock.now()
    return [standing_of(rules, name, rows, now) for name, rows in found.values()]
