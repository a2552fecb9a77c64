"""The decisions and results that a plan can draw from, and how risky each assessor's are on each standard."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, Value
from django.utils import timezone

from accounts.models import Membership, Role
from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets.conflicts import apprentices_in_conflict_with
from assessments.feedback import Feedback
from assessments.models import Decision, Finding, Method, OutcomeResult, Risk, RiskReason, Sample
from core.actor import Actor

#: A period with more decisions than this is planned in parts.
MOST_DECISIONS = 20_000
#: For this long somebody is new.
NEW_FOR = timedelta(days=90)
#: What was found longer ago than this says nothing about today.
FOUND_WITHIN = timedelta(days=180)
#: This long before the planned end an apprentice is near the gateway.
NEAR_GATEWAY = timedelta(weeks=8)

Pair = tuple[UUID, UUID]


class Candidate(NamedTuple):
    """A decision of the pool, or the result of an outcome, as it is read."""

    drawn: UUID
    assessor: UUID
    assessor_name: str
    standard: UUID
    standard_reference: str
    standard_title: str
    apprenticeship: UUID
    planned_end_on: date
    status: str
    employer: UUID | None
    ksb_type: str
    outcome: str
    kind: str | None
    feedback: Feedback | str
    supersedes: UUID | None
    is_result: bool = False

    @property
    def columns(self) -> dict[str, UUID]:
        """What a row of it says it is of."""
        return {"result_id" if self.is_result else "decision_id": self.drawn}

    def is_near_gateway(self, today: date) -> bool:
        return self.status in OPEN_STATUSES and self.planned_end_on <= today + NEAR_GATEWAY

    def traits(self) -> dict[str, str]:
        """What it is in each of the CAMERA factors."""
        record = "corrected" if self.supersedes else "feedback" if self.feedback else "no feedback"
        return {
            "candidates": str(self.apprenticeship),
            "assessors": str(self.assessor),
            "methods": self.kind or "",
            "elements": f"{self.ksb_type} {self.outcome}",
            "records": record,
            "sites": str(self.employer or ""),
        }


@dataclass
class Line:
    """An assessor's decisions on one standard, with the risk that follows from what is known."""

    assessor: UUID
    assessor_name: str
    standard: UUID
    standard_name: str
    candidates: list[Candidate] = field(default_factory=list)
    reasons: list[RiskReason] = field(default_factory=list)

    @property
    def pair(self) -> Pair:
        return self.assessor, self.standard

    @property
    def rated(self) -> Risk:
        """High for somebody new, or for two reasons; medium for one."""
        if RiskReason.NEW_ASSESSOR in self.reasons or len(self.reasons) > 1:
            return Risk.HIGH
        return Risk.MEDIUM if self.reasons else Risk.LOW

    @property
    def method(self) -> Method:
        """How it is checked unless the quality assurer says otherwise."""
        return Method.DISCUSSION if self.rated == Risk.HIGH else Method.EVIDENCE


def candidates_of(provider: UUID, from_on: date, until_on: date) -> list[Candidate]:
    """Decisions and results of a provider that stand and were made in these days, at least one more than a plan takes.

    Two queries.
    """
    begin, end = _begin(from_on), _begin(until_on + timedelta(days=1))
    return [*_decided(provider, begin, end), *_marked(provider, begin, end)]


def _decided(provider: UUID, begin: datetime, end: datetime) -> list[Candidate]:
    rows = (
        Decision.objects.unscoped()
        .standing()
        .marks()
        # What another provider's people decided is theirs to check.
        .filter(by__external_provider="")
        .filter(claim__provider=provider, at__gte=begin, at__lt=end)
        .order_by("at", "pk")
        .values_list(
            "pk",
            "by",
            "by__name",
            "claim__apprenticeship__standard_version__standard",
            "claim__apprenticeship__standard_version__standard__reference",
            "claim__apprenticeship__standard_version__standard__title",
            "claim__apprenticeship",
            "claim__apprenticeship__planned_end_on",
            "claim__apprenticeship__status",
            "claim__apprenticeship__employer",
            "claim__ksb__type",
            "outcome",
            "claim__submission__snapshot__content__kind",
            "feedback",
            "supersedes",
        )
    )
    return [Candidate(*row) for row in rows[: MOST_DECISIONS + 1]]


def _marked(provider: UUID, begin: datetime, end: datetime) -> list[Candidate]:
    """Results of outcomes: of the kind of a KSB stands the word “outcome”, of that of evidence none."""
    rows = (
        OutcomeResult.objects.unscoped()
        .standing()
        .filter(provider=provider, at__gte=begin, at__lt=end)
        .order_by("at", "pk")
        .values_list(
            "pk",
            "marker",
            "marker__name",
            "apprenticeship__standard_version__standard",
            "apprenticeship__standard_version__standard__reference",
            "apprenticeship__standard_version__standard__title",
            "apprenticeship",
            "apprenticeship__planned_end_on",
            "apprenticeship__status",
            "apprenticeship__employer",
            Value("outcome"),
            "grade",
            Value(""),
            "feedback",
            "supersedes",
        )
    )
    return [Candidate(*row)._replace(is_result=True) for row in rows[: MOST_DECISIONS + 1]]


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def lines_of(provider: UUID, candidates: Iterable[Candidate], today: date) -> list[Line]:
    """The lines of a plan, by assessor and standard, with their risks. Three queries."""
    lines: dict[Pair, Line] = {}
    for one in candidates:
        pair = one.assessor, one.standard
        if pair not in lines:
            name = f"{one.standard_reference} {one.standard_title}"
            lines[pair] = Line(one.assessor, one.assessor_name, one.standard, name)
        lines[pair].candidates.append(one)
    assessors = {assessor for assessor, _standard in lines}
    known = _known_assessors(provider, assessors, today)
    practised = _practised(provider, assessors, today)
    referred = _referred(provider, assessors, today)
    for pair, line in lines.items():
        if line.assessor not in known:
            line.reasons.append(RiskReason.NEW_ASSESSOR)
        elif pair not in practised:
            line.reasons.append(RiskReason.NEW_STANDARD)
        if pair in referred:
            line.reasons.append(RiskReason.REFERRALS)
    return sorted(lines.values(), key=lambda line: (line.assessor_name, line.standard_name, str(line.assessor)))


def _known_assessors(provider: UUID, assessors: set[UUID], today: date) -> set[UUID]:
    """Those who became assessors there long enough ago."""
    held = Membership.objects.filter(
        organisation=provider, role=Role.ASSESSOR, user__in=assessors, started_on__lte=today - NEW_FOR
    )
    return set(held.values_list("user", flat=True))


def _practised(provider: UUID, assessors: set[UUID], today: date) -> set[Pair]:
    """Who decided on which standard long enough ago."""
    earlier = Decision.objects.unscoped().filter(
        by__in=assessors, claim__provider=provider, at__lt=_begin(today - NEW_FOR)
    )
    return set(earlier.order_by().values_list("by", "claim__apprenticeship__standard_version__standard").distinct())


def _referred(provider: UUID, assessors: set[UUID], today: date) -> set[Pair]:
    """Whose decisions on which standard were lately corrected by a colleague, or led to an action."""
    found = Q(samples__findings__result=Finding.Result.ACTION) | Q(superseded_by__isnull=False)
    decisions = Decision.objects.unscoped().filter(
        found, by__in=assessors, claim__provider=provider, at__gte=_begin(today - FOUND_WITHIN)
    )
    return set(decisions.order_by().values_list("by", "claim__apprenticeship__standard_version__standard").distinct())


def sampled_of(these: Iterable[UUID], provider: UUID) -> set[UUID]:
    """Those of these decisions and results that a plan in force has drawn already."""
    wanted = set(these)
    drawn = Sample.objects.unscoped().in_force().filter(provider=provider).values_list("decision", "result")
    return wanted & {decision or result for decision, result in drawn}


def in_conflict_with(actor: Actor) -> set[UUID]:
    """The apprenticeships of those with whom `actor` has a conflict of interest today, where they act."""
    apprentices = apprentices_in_conflict_with(actor)
    rows = Apprenticeship.objects.unscoped().filter(provider=actor.organisation_id, apprentice__in=apprentices)
    return set(rows.values_list("pk", flat=True))
