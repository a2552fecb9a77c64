"""What another rule would mean for the KSBs of a provider's apprentices, before anybody sets it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min

from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState, Outcome
from assessments.models import Decision, SignOffPolicy
from assessments.moves.carrying import carried
from assessments.policies.models import OUTCOMES
from assessments.policies.outcomes import OutcomeRule, OutcomeRules, outcome_rules, standing_of
from assessments.policies.outcomes import columns_of as outcome_columns_of
from assessments.policies.rules import MetClaim, Rule, Rules, columns_of, group_of, versions_of
from core import clock
from occupations.models import Assessment, StandardVersion

_Claims = dict[tuple[UUID, UUID], list[MetClaim]]


@dataclass
class Found:
    """KSBs of apprentices, to be counted."""

    ksbs: int = 0
    apprentices: set[UUID] = field(default_factory=set)

    def add(self, apprenticeship: UUID) -> None:
        self.ksbs += 1
        self.apprentices.add(apprenticeship)


@dataclass
class Preview:
    """What would differ if the decisions there are had been made under the new rule."""

    #: Met today, and the new rule would ask for more. They stay met.
    more_needed: Found = field(default_factory=Found)
    #: Not met, though a claim was: the new rule would ask for no more.
    enough: Found = field(default_factory=Found)
    #: Not met today either way: the new rule is what they will be held against.
    still_open: Found = field(default_factory=Found)


@dataclass
class OutcomePreview:
    """Outcomes of apprentices: shown today, shown under the new rule alone, and shown though it would ask for more."""

    shown: int = 0
    shown_then: int = 0
    stays: int = 0


def preview_of(
    provider: UUID, rule: Rule | None, *, standard_id: UUID | None, ksb_group: str, applies_from: datetime
) -> Preview:
    """What a rule would change for apprentices who can still be judged: three queries, and three for each one moved."""
    versions = versions_of(provider)
    new = SignOffPolicy(standard_id=standard_id, ksb_group=ksb_group, applies_from=applies_from, **columns_of(rule))
    found = Preview()
    learners = Apprenticeship.objects.unscoped().filter(provider=provider, status__in=OPEN_STATUSES, undone_at=None)
    if standard_id:
        learners = learners.filter(standard_version__standard=standard_id)
    rows = list(
        KsbProgress.objects.unscoped()
        .filter(apprenticeship__in=learners)
        .exclude(state=KsbState.SIGNED_OFF)
        .values_list("apprenticeship", "ksb", "ksb__type", "state", "met_count", "ksb__version__standard")
    )
    claims = _met_claims(learners, rows)
    for apprenticeship, ksb, type_, state, met_count, of_standard in rows:
        group = group_of(type_)
        now = Rules(versions, of_standard).rule(group, applies_from)
        then = Rules([*versions, new], of_standard).rule(group, applies_from)
        if now == then:
            continue
        is_short = bool(then.short_of(claims.get((apprenticeship, ksb), [])).claims)
        if state == KsbState.MET:
            if is_short:
                found.more_needed.add(apprenticeship)
        elif met_count and not is_short:
            found.enough.add(apprenticeship)
        else:
            found.still_open.add(apprenticeship)
    return found


def preview_of_outcomes(
    provider: UUID, rule: OutcomeRule, *, version: StandardVersion, applies_from: datetime
) -> OutcomePreview:
    """What a rule about the outcomes of a version would change for those who can still be judged.

    Those on a later version are among them, where nothing else was said for that. Four queries, and two more for each
    version that they are on.
    """
    versions = versions_of(provider)
    new = SignOffPolicy(
        standard_id=version.standard_id,
        version=version,
        ksb_group=OUTCOMES,
        applies_from=applies_from,
        **outcome_columns_of(rule),
    )
    learners = Apprenticeship.objects.unscoped().filter(provider=provider, status__in=OPEN_STATUSES, undone_at=None)
    rows = (
        KsbProgress.objects.unscoped()
        .filter(apprenticeship__in=learners.filter(standard_version__standard=version.standard_id))
        .filter(ksb__assessments__kind=Assessment.Kind.OUTCOME)
        .order_by("ksb__position")
        .values_list("apprenticeship", "ksb__version", "ksb__assessments", "ksb__code", "signed_off_at")
    )
    of_outcome: dict[tuple[UUID, UUID, UUID], list[tuple[str, datetime | None]]] = {}
    for apprenticeship, text, outcome, code, at in rows:
        of_outcome.setdefault((apprenticeship, text, outcome), []).append((code, at))
    now_and_then: dict[UUID, tuple[OutcomeRules, OutcomeRules]] = {}
    for _apprenticeship, text, _outcome in of_outcome:
        if text not in now_and_then:
            today = outcome_rules(Rules(versions, version.standard_id, text))
            now_and_then[text] = today, outcome_rules(Rules([*versions, new], version.standard_id, text))
    found = OutcomePreview()
    for (_apprenticeship, text, _outcome), signed in of_outcome.items():
        today, then = now_and_then[text]
        if text != version.pk and version.pk not in then.ways:
            continue
        is_shown = standing_of(today, "", signed, clock.now()).is_shown
        would_be = standing_of(then, "", signed, applies_from)
        found.shown += is_shown
        found.shown_then += would_be.is_shown and not is_shown
        found.stays += is_shown and bool(would_be.missing)
    return found


def _met_claims(learners: Any, rows: Iterable[tuple[Any, ...]]) -> _Claims:
    """The met claims of each KSB of each learner, those of the statements it goes on from among them."""
    decided = list(
        Decision.objects.unscoped()
        .standing()
        .counting()
        .filter(claim__apprenticeship__in=learners, outcome=Outcome.MET)
        .annotate(first_at=Min("claim__decisions__at"))
        .order_by("first_at", "pk")
        .values_list(
            "claim__apprenticeship",
            "claim__ksb",
            "first_at",
            "claim__submission__evidence",
            "claim__submission__snapshot__content__kind",
        )
    )
    found: _Claims = {}
    for apprenticeship, ksb, *about in decided:
        found.setdefault((apprenticeship, ksb), []).append(MetClaim(*about))
    moved = {row[0] for row in rows if row[4] != len(found.get((row[0], row[1]), []))}
    for learner in Apprenticeship.objects.unscoped().filter(pk__in=moved):
        ways = carried(learner)
        for ksb in [ksb for of, ksb in found if of == learner.pk and ways.now(ksb) != ksb]:
            found.setdefault((learner.pk, ways.now(ksb)), []).extend(found.pop((learner.pk, ksb)))
    return found
