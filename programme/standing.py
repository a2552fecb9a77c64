"""What a progress review is filled in with: how far the KSBs have come, and what became of earlier actions."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from core import clock
from programme.hours import worked_out
from programme.models import ProgressReview, SignedKind, SignedVersion
from programme.planning.plan import schedule_of, slipped


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

    @property
    def gap_points(self) -> int | None:
        """How far ahead they are, in percentage points; below zero, how far behind."""
        return None if self.actual_percent is None else self.actual_percent - self.expected_percent

    def to_json(self) -> dict[str, Any]:
        return {**self._asdict(), "gap_points": self.gap_points}


def standing_of(apprenticeship_id: UUID, since: date) -> Standing:
    """How far an apprentice has come, and what of it since a day. Five queries."""
    learner = Apprenticeship.objects.unscoped().with_pace().get(pk=apprenticeship_id)
    found: dict[str, list[str]] = {"signed_off": [], "met": [], "needs_work": [], "gaps": []}
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship_id).in_order()
    for state, code, signed_off_at, decided_at in rows.values_list(
        "state", "ksb__code", "signed_off_at", "newest_decided_at"
    ):
        if state == KsbState.SIGNED_OFF and signed_off_at and timezone.localtime(signed_off_at).date() >= since:
            found["signed_off"].append(code)
        elif state == KsbState.MET and decided_at and timezone.localtime(decided_at).date() >= since:
            found["met"].append(code)
        elif state == KsbState.NEEDS_WORK:
            found["needs_work"].append(code)
        elif state == KsbState.NOT_STARTED:
            found["gaps"].append(code)
    pace = vars(learner)
    hours = worked_out(learner, schedule=schedule_of(learner))
    actual = pace["actual_percent"]
    return Standing(
        since=since,
        on=clock.today(),
        signed_off_count=pace[KsbState.SIGNED_OFF.counter],
        ksb_count=learner.ksb_count,
        actual_percent=None if actual is None else round(actual),
        expected_percent=round(pace["expected_percent"]),
        planned_end_on=learner.planned_end_on,
        late=slipped(apprenticeship_id),
        hours={"actual": hours.actual, "planned": hours.planned, "expected": hours.expected},
        **found,
    )


def last_held(apprenticeship_id: UUID, *, before: ProgressReview | None = None) -> ProgressReview | None:
    """The newest review that was held; `before` leaves out that review and those held later."""
    held = ProgressReview.objects.unscoped().standing().filter(apprenticeship=apprenticeship_id, held_on__isnull=False)
    if before is not None:
        held = held.exclude(pk=before.pk)
        if before.held_on:
            held = held.filter(held_on__lte=before.held_on)
    return held.order_by("-held_on", "-planned_at").first()


def carried_into(review: ProgressReview) -> list[dict[str, Any]]:
    """The actions that the review before this one agreed, and those that it found not done yet."""
    earlier = (
        ProgressReview.objects.unscoped()
        .standing()
        .filter(apprenticeship=review.apprenticeship_id, issued_at__isnull=False, planned_at__lt=review.planned_at)
        .exclude(pk=review.pk)
        .order_by("-held_on", "-planned_at")
        .values_list("pk", flat=True)[:1]
    )
    before = SignedVersion.objects.unscoped().of(SignedKind.REVIEW).newest().filter(about__in=list(earlier)).first()
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
