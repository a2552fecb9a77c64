"""What the outcomes of a reformed plan need before they count as shown, and what of it is missing.

A reformed plan groups knowledge and skills by outcome. Some of them it marks as mandatory; the others may be sampled
over the training. So a provider may say that an outcome needs its mandatory KSBs and some of the others.

Which are mandatory is said for each version of a standard. One for which nothing is said has the rule of the version
before, with the KSBs that it still has.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from apprenticeships.models import Apprenticeship, KsbProgress
from assessments.policies.models import OUTCOMES, SignOffPolicy
from assessments.policies.rules import Rules, rules_of
from core import clock
from core.prepared import Prepared
from occupations.models import Assessment, Ksb, StandardVersion

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

    def carried(self, codes: Mapping[str, str]) -> "OutcomeRule":
        """The same for another version, by the code that each of its KSBs has there. What is gone is asked no more."""
        return replace(self, mandatory=frozenset(codes[code] for code in self.mandatory if code in codes))

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


@dataclass(frozen=True)
class OutcomeRules:
    """The rules for the outcomes of one version of a standard: its own, and those of the versions before it.

    `ways` has for each version before it with a rule, the latest first, which code each of its KSBs has here.
    """

    rules: Rules
    ways: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict)

    def at(self, moment: datetime) -> OutcomeRule:
        """The rule that is in force at a moment."""
        if own := self._set_for(self.rules.version, moment):
            return own
        for version, codes in self.ways.items():
            if before := self._set_for(version, moment):
                return before.carried(codes)
        return OutcomeRule()

    def is_carried_at(self, moment: datetime) -> bool:
        """Whether it is that of a version before."""
        return self._set_for(self.rules.version, moment) is None and self.at(moment) != OutcomeRule()

    def _set_for(self, version: UUID | None, moment: datetime) -> OutcomeRule | None:
        """What is said for one version, if anything is."""
        policy = self.rules.set_for(OUTCOMES, moment, self.rules.standard, version)
        return OutcomeRule.of(policy) if policy and policy.sets_rule else None


def outcome_rules(rules: Rules) -> OutcomeRules:
    """The rules for the outcomes of a version, with those that it takes over. Two queries if there may be any."""
    there = {
        one.version_id
        for one in rules.versions
        if one.ksb_group == OUTCOMES and one.standard_id == rules.standard and one.version_id != rules.version
    }
    if not there or rules.version is None:
        return OutcomeRules(rules)
    held = {one.pk: one for one in StandardVersion.objects.unscoped().filter(pk__in=[*there, rules.version])}
    here = _order(held[rules.version])
    before = sorted((one for one in held.values() if _order(one) < here), key=_order, reverse=True)
    words: dict[UUID, dict[str, str]] = {pk: {} for pk in held}
    for version, code, statement in Ksb.objects.filter(version__in=held).values_list("version", "code", "statement"):
        words[version][code] = " ".join(statement.split()).casefold()
    return OutcomeRules(rules, {one.pk: _codes_in(words[one.pk], words[rules.version]) for one in before})


def _order(version: StandardVersion) -> tuple[Any, int]:
    return version.number_parts, version.correction


def _codes_in(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The code of each KSB in a later version: by its words or, where nothing there has these, by its code.

    A code that went to the words of another KSB is no longer its own.
    """
    by_words = {words: code for code, words in after.items()}
    known = set(before.values())
    ways = {code: by_words[words] for code, words in before.items() if words in by_words}
    return ways | {code: code for code in before if code not in ways and code in after and after[code] not in known}


def standing_of(rules: OutcomeRules, name: str, rows: Iterable[tuple[str, datetime | None]], now: datetime) -> Outcome:
    """How one outcome stands, from the codes of its KSBs and when each was signed off.

    Each sign-off is held against the rule of its day. What was enough once stays so: a later rule takes nothing back.
    """
    codes = dict(rows)
    signed = sorted((at, code) for code, at in codes.items() if at)
    today = rules.at(now)
    missing = today.missing_of([*codes], {code for _at, code in signed})
    was_enough = any(
        not rules.at(at).missing_of([*codes], {code for _at, code in signed[: place + 1]})
        for place, (at, _code) in enumerate(signed)
    )
    return Outcome(name, tuple(codes), today, missing, was_enough or not missing)


def outcomes_of(apprenticeship: Apprenticeship, rules: Rules | None = None) -> list[Outcome]:
    """The outcomes of an apprentice's plan with how each stands; none for a plan of methods.

    One query, one for the rules where there are outcomes and the caller has not read them, and two where rules of
    another version may apply.
    """
    found: dict[UUID, tuple[str, list[tuple[str, datetime | None]]]] = {}
    for pk, code, title, ksb, at in _rows(apprenticeship=apprenticeship.pk):
        found.setdefault(pk, (f"{code} {title}".strip(), []))[1].append((ksb, at))
    if not found:
        return []
    of_version, now = outcome_rules(rules or rules_of(apprenticeship)), clock.now()
    return [standing_of(of_version, name, rows, now) for name, rows in found.values()]
