"""What a progress review is filled in with: how far the KSBs have come, and what became of earlier actions."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from core import clock
from core.prepared import Prepared
from programme.learning_hours.totals import worked_out
from programme.models import ProgressReview, SignedKind, SignedVersion
from programme.planning.plan import schedule_in, slipped, standing_plan
from programme.scanning.distance import as_json, distances, scans_of
from programme.scanning.ratings import asked_by

_learners = Prepared(lambda apprenticeship: Apprenticeship.objects.unscoped().filter(pk=apprenticeship).with_pace())
_progress = Prepared(
    lambda apprenticeship: (
        KsbProgress.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .in_order()
        .values_list("state", "ksb__code", "signed_off_at", "newest_decided_at")
    ),
    is_the_same_every_day=True,
)
_held = Prepared(
    lambda apprenticeship: (
        ProgressReview.objects.unscoped()
        .standing()
        .filter(apprenticeship=apprenticeship, held_on__isnull=False)
        .order_by("-held_on", "-planned_at")
    ),
    is_the_same_every_day=True,
)


def _sent_before(apprenticeship: UUID, review: UUID) -> QuerySet[SignedVersion]:
    reviews = ProgressReview.objects.unscoped()
    planned_at = Subquery(reviews.filter(pk=review).values("planned_at"))
    earlier = reviews.standing().filter(
        apprenticeship=apprenticeship, issued_at__isnull=False, planned_at__lt=planned_at
    )
    before = earlier.exclude(pk=review).order_by("-held_on", "-planned_at").values("pk")[:1]
    return SignedVersion.objects.unscoped().of(SignedKind.REVIEW).newest().filter(about=Subquery(before))


_before = Prepared(_sent_before, is_the_same_every_day=True)


_versions = Prepared(
    lambda apprenticeship: (
        Apprenticeship.objects.unscoped().filter(pk=apprenticeship).values_list("standard_version", "option")
    ),
    is_the_same_every_day=True,
)


class Standing(NamedTuple):
    """How far an apprentice has come, as a review shows it; codes in the order of the standard.

    Attributes:
        since: the day of the last review, or of the start.
        signed_off, met: the KSBs that have come so far since then.
        needs_work: those whose newest decision is “not yet”.
        gaps: those for which there is no evidence.
        late: those that were due by the training plan and are not signed off.
        hours: of off-the-job training in minutes: confirmed, planned and expected by now; without a plan, confirmed.
        actual_percent: of all KSBs, those that are signed off; None where there are none.
        expected_percent: of the time to the planned end, what has passed.
        travelled: how far each KSB has come since the first skills scan, as each party rates it.
    """

    since: date
    on: date
    signed_off: list[str]
    met: list[str]
    needs_work: list[str]
    gaps: list[str]
    signed_off_count: int
    ksb_count: int
    actual_percent: int | None
    expected_percent: int
    planned_end_on: date
    late: list[str]
    hours: dict[str, int | None]
    travelled: list[dict[str, Any]]

    @property
    def gap_points(self) -> int | None:
        """How far ahead they are, in percentage points; below zero, how far behind."""
        return None if self.actual_percent is None else self.actual_percent - self.expected_percent

    def to_json(self) -> dict[str, Any]:
        return {**self._asdict(), "gap_points": self.gap_points}


def standing_of(apprenticeship_id: UUID, since: date) -> Standing:
    """How far an apprentice has come, and what of it since a day. Seven queries at most."""
    [learner] = _learners(apprenticeship=apprenticeship_id)
    found: dict[str, list[str]] = {"signed_off": [], "met": [], "needs_work": [], "gaps": []}
    states = {}
    for state, code, signed_off_at, decided_at in _progress(apprenticeship=apprenticeship_id):
        states[code] = state
        if state == KsbState.SIGNED_OFF and signed_off_at and timezone.localtime(signed_off_at).date() >= since:
            found["signed_off"].append(code)
        elif state == KsbState.MET and decided_at and timezone.localtime(decided_at).date() >= since:
            found["met"].append(code)
        elif state == KsbState.NEEDS_WORK:
            found["needs_work"].append(code)
        elif state == KsbState.NOT_STARTED:
            found["gaps"].append(code)
    pace = vars(learner)
    plan = standing_plan(apprenticeship_id)
    hours = worked_out(learner, schedule=schedule_in(plan, learner))
    actual = pace["actual_percent"]
    return Standing(
        since=since,
        on=clock.today(),
        signed_off_count=pace[KsbState.SIGNED_OFF.counter],
        ksb_count=learner.ksb_count,
        actual_percent=None if actual is None else round(actual),
        expected_percent=round(pace["expected_percent"]),
        planned_end_on=learner.planned_end_on,
        late=slipped(plan, states),
        travelled=_travelled(apprenticeship_id),
        hours={"actual": hours.actual, "planned": hours.planned, "expected": hours.expected},
        **found,
    )


def _travelled(apprenticeship_id: UUID) -> list[dict[str, Any]]:
    if not (scans := scans_of(apprenticeship_id)):
        return []
    [(version, option)] = _versions(apprenticeship=apprenticeship_id)
    return as_json(distances(asked_by(version, option), scans, version))


def last_held(apprenticeship_id: UUID, *, before: ProgressReview | None = None) -> ProgressReview | None:
    """The newest review that was held; `before` leaves out that review and those held later."""
    for held in _held(apprenticeship=apprenticeship_id):
        if before is None or held.pk != before.pk and (before.held_on is None or held.held_on <= before.held_on):
            found: ProgressReview = held
            return found
    return None


def carried_into(review: ProgressReview) -> list[dict[str, Any]]:
    """The actions that the review before this one agreed, and those that it found not done yet."""
    before: SignedVersion | None = _before(apprenticeship=review.apprenticeship_id, review=review.pk).first()
    if before is None:
        return []
    left = [one for one in before.shared["carried"] if not one["is_done"]]
    return [
        {name: one[name] for name in ("id", "what", "owner", "due_on")} for one in [*left, *before.shared["actions"]]
    ]


def in_words(standing: Standing) -> str:
    """A sentence to begin with on progress against the plan."""
    if standing.actual_percent is None or standing.gap_points is None:
        return ""
    facts = {
        "actual": standing.actual_percent,
        "expected": standing.expected_percent,
        "points": abs(standing.gap_points),
    }
    if standing.gap_points < 0:
        return (
            _("%(actual)s%% of KSBs are signed off, %(expected)s%% of the time has passed: %(points)s points behind.")
            % facts
        )
    return (
        _("%(actual)s%% of KSBs are signed off, %(expected)s%% of the time has passed: %(points)s points ahead.")
        % facts
    )
