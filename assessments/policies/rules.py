"""What it takes for a KSB to be met and signed off: one answer, for states, for the act itself and for pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from apprenticeships.models import Apprenticeship
from assessments.policies.models import KsbGroup, SignOffPolicy
from core import clock
from core.prepared import Prepared
from occupations.models import KsbType

_GROUPS = {
    KsbType.K: KsbGroup.KNOWLEDGE,
    KsbType.TK: KsbGroup.KNOWLEDGE,
    KsbType.S: KsbGroup.SKILLS,
    KsbType.TS: KsbGroup.SKILLS,
    KsbType.B: KsbGroup.BEHAVIOURS,
    KsbType.ESB: KsbGroup.BEHAVIOURS,
}


class MetClaim(NamedTuple):
    """A claim that an assessor decided is met: when that was first decided, of which piece and kind of evidence."""

    at: datetime
    piece: UUID
    kind: str


@dataclass(frozen=True)
class Rule:
    """What is asked for. The defaults apply wherever a provider has set nothing."""

    met_claims: int = 1
    pieces: int = 1
    evidence_kinds: int = 1
    #: The kinds of evidence that count; none of them means that all do.
    counted_kinds: frozenset[str] = field(default_factory=frozenset)
    #: Whether the last met claim signs it off; otherwise an assessor does, by an act of its own.
    signs_off_itself: bool = False
    #: Whether the employer confirms the behaviours before they are signed off.
    needs_employer: bool = False

    @classmethod
    def of(cls, policy: SignOffPolicy) -> "Rule":
        """What a version of a policy asks for."""
        return cls(
            policy.met_claims,
            policy.pieces,
            policy.evidence_kinds,
            frozenset(policy.counted_kinds),
            policy.signs_off_itself,
            policy.needs_employer,
        )

    def short_of(self, met: Iterable[MetClaim]) -> "Shortfall":
        """What of the evidence is still missing."""
        counted = [one for one in met if not self.counted_kinds or one.kind in self.counted_kinds]
        pieces = max(self.pieces - len({one.piece for one in counted}), 0)
        kinds = max(self.evidence_kinds - len({one.kind for one in counted}), 0)
        # A claim more brings one more piece at most, and one more kind.
        return Shortfall(max(self.met_claims - len(counted), pieces, kinds), pieces, kinds)


def columns_of(rule: Rule | None) -> dict[str, Any]:
    """What a version of a policy holds that asks for this; None means that the wider rule applies."""
    asked = rule or Rule()
    return {
        "sets_rule": rule is not None,
        "met_claims": asked.met_claims,
        "pieces": asked.pieces,
        "evidence_kinds": asked.evidence_kinds,
        "counted_kinds": sorted(asked.counted_kinds),
        "signs_off_itself": asked.signs_off_itself,
        "needs_employer": asked.needs_employer,
    }


class Shortfall(NamedTuple):
    """How many more met claims are needed, and from how many other pieces and kinds of evidence."""

    claims: int
    pieces: int
    kinds: int


NOTHING = Shortfall(0, 0, 0)


@dataclass(frozen=True)
class Rules:
    """The rules of a provider for the KSBs of one standard, with all versions in the order they were recorded in."""

    versions: Sequence[SignOffPolicy] = ()
    standard: UUID | None = None
    #: Of the standard: rules about outcomes are of one.
    version: UUID | None = None

    @property
    def may_sign_off_themselves(self) -> bool:
        """Whether any of them signs off what is met, without an act of its own."""
        return any(version.signs_off_itself for version in self.versions)

    def set_for(
        self, group: str, at: datetime, standard: UUID | None = None, version: UUID | None = None
    ) -> SignOffPolicy | None:
        """The rule in force at a moment for just this group, standard and version of it, whatever wider ones say."""
        return next(
            (
                one
                for one in reversed(self.versions)
                if (one.standard_id, one.ksb_group, one.version_id) == (standard, group, version)
                and one.applies_from <= at
            ),
            None,
        )

    def rule(self, group: str, at: datetime) -> Rule:
        """The rule for what is decided at a moment: the narrowest that is set, by standard first and then by group."""
        for standard, which in dict.fromkeys(product([self.standard, None], [group, ""])):
            version = self.set_for(which, at, standard)
            if version and version.sets_rule:
                rule = Rule.of(version)
                # Only behaviours are confirmed by the employer.
                return replace(rule, needs_employer=rule.needs_employer and group == KsbGroup.BEHAVIOURS)
        return Rule()

    def are_met(self, group: str, met: Sequence[MetClaim]) -> bool:
        """Whether these claims, oldest first, are enough for a KSB of this group.

        Each is held against the rule of its day. What was enough once stays so: a later rule takes nothing back.
        """
        return any(not self.rule(group, one.at).short_of(met[: place + 1]).claims for place, one in enumerate(met))

    def short_now(self, group: str, met: Sequence[MetClaim]) -> Shortfall:
        """What of the evidence is missing for a sign-off today: nothing, if it was enough before."""
        return NOTHING if self.are_met(group, met) else self.rule(group, clock.now()).short_of(met)


def group_of(ksb_type: str) -> KsbGroup:
    """The group that a KSB of this type belongs to."""
    return _GROUPS[KsbType(ksb_type)]


def _read(provider: UUID, standard: UUID | None = None) -> QuerySet[SignOffPolicy, Any]:
    of_standards = Q() if standard is None else Q(standard=None) | Q(standard=standard)
    return SignOffPolicy.objects.unscoped().filter(of_standards, provider=provider).order_by("number")


_versions = Prepared(_read, is_the_same_every_day=True)


def rules_of(apprenticeship: Apprenticeship) -> Rules:
    """The rules for an apprenticeship, whose version of the standard is loaded. One query."""
    standard = apprenticeship.standard_version.standard_id
    versions = list(_versions(provider=apprenticeship.provider_id, standard=standard))
    return Rules(versions, standard, apprenticeship.standard_version_id)


def versions_of(provider: UUID) -> list[SignOffPolicy]:
    """All versions of a provider's rules, in the order in which they were recorded. One query."""
    return list(_versions(provider=provider))
