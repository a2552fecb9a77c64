"""What a progress review is filled in with: how far the KSBs have come, and what became of earlier actions."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField, Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from core import clock
from core.prepared import Prepared
from programme.learning_hours.totals import worked_out
from programme.models import ProgressReview, SignedKind, SignedVersion
from programme.planning.plan import schedule_in, slipped, standing_plans
from programme.scanning.distance import as_json, distances, scans_of
from programme.scanning.ratings import asked_by


def _learner_before(apprenticeship: UUID, review: UUID) -> QuerySet[Apprenticeship]:
    """The apprenticeship with its pace, and the day of the newest review held before this one, or by its own day."""
    reviews = ProgressReview.objects.unscoped()
    own_day = Coalesce(Subquery(reviews.filter(pk=review).values("held_on")), Value(date.max), output_field=DateField())
    held = reviews.standing().filter(apprenticeship=apprenticeship, held_on__lte=own_day).exclude(pk=review)
    newest = held.order_by().values("apprenticeship").annotate(newest=Max("held_on")).values("newest")
    rows = Apprenticeship.objects.unscoped().filter(pk=apprenticeship).with_pace()
    return rows.annotate(last_held_on=Subquery(newest))


_learners = Prepared(_learner_before)
_progress = Prepared(
    lambda apprenticeship: (
        KsbProgress.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .in_order()
        .values_list("state", "ksb__code", "signed_off_at", "newest_decided_at")
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


def _plan_and_review(apprenticeship: UUID, review: UUID) -> QuerySet[SignedVersion]:
    plan = standing_plans(apprenticeship).values("pk")[:1]
    before = _sent_before(apprenticeship, review).values("pk")
    return SignedVersion.objects.unscoped().filter(Q(pk=Subquery(plan)) | Q(pk=Subquery(before)))


_both = Prepared(_plan_and_review, is_the_same_every_day=True)


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


class Before(NamedTuple):
    """What was signed before a review and goes into it.

    Attributes:
        plan: the training plan that stands.
        review: what was sent of the review before.
    """

    plan: SignedVersion | None
    review: SignedVersion | None


def before_of(review: ProgressReview) -> Before:
    """What a review begins with. One query."""
    found = {one.kind: one for one in _both(apprenticeship=review.apprenticeship_id, review=review.pk)}
    return Before(found.get(SignedKind.PLAN), found.get(SignedKind.REVIEW))


def standing_of(review: ProgressReview, plan: SignedVersion | None) -> Standing:
    """How far the apprentice of a review has come, and what of it since the review before, or since the start.

    Args:
        plan: the training plan that stands.
    """
    apprenticeship_id = review.apprenticeship_id
    [learner] = _learners(apprenticeship=apprenticeship_id, review=review.pk)
    since = vars(learner)["last_held_on"] or learner.started_on
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
        travelled=_travelled(learner),
        hours={"actual": hours.actual, "planned": hours.planned, "expected": hours.expected},
        **found,
    )


def _travelled(learner: Apprenticeship) -> list[dict[str, Any]]:
    if not (scans := scans_of(learner.pk)):
        return []
    version = learner.standard_version_id
    return as_json(distances(asked_by(version, learner.option_id), scans, version))


def carried_into(review: ProgressReview) -> list[dict[str, Any]]:
    """The actions that the review before this one agreed, and those that it found not done yet. One query."""
    return carried_from(_before(apprenticeship=review.apprenticeship_id, review=review.pk).first())


def carried_from(before: SignedVersion | None) -> list[dict[str, Any]]:
    """The same of a review that is known."""
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
