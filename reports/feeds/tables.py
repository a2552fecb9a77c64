"""The tables of the data feed: what one row of each is, its columns, and which rows there are.

The columns about learners are those of the report on them; the others are here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, FloatField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship, Change, ChangeKind, KsbProgress, KsbState, Outcome
from assessments.models import Decision, Submission
from core.actor import Actor
from occupations.models import KsbType
from programme.models import OffTheJobEntry, ProgressReview, ReviewState
from programme.models.hours import Kind as HoursKind
from reports.cohorts import cohort, overview
from reports.feeds.models import FeedKey
from reports.tables.columns import Column, Kind

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class FeedTable:
    """A table of the feed.

    Attributes:
        name: in the address.
        label: on the page.
        says: what one row is.
        key: the names of the columns that tell one row from another. Without another order, rows come by these.
        columns: in order, by the name that each has in the feed.
        rows: those that somebody sees, with everything that the columns read.
        learner: the path from a row to its apprenticeship, with what joins a field to it.
    """

    name: str
    label: Any
    says: Any
    key: tuple[str, ...]
    columns: dict[str, Column]
    rows: Callable[[Actor], Rows]
    learner: str = "apprenticeship__"

    def opened_by(self, key: FeedKey) -> dict[str, Column]:
        """The columns that a key gives, by name."""
        return {name: column for name, column in self.columns.items() if key.with_names or not column.is_personal}

    def rows_for(self, key: FeedKey, actor: Actor) -> Rows:
        """The rows that a key gives: of the provider’s learners, those of its standard and its employer."""
        found = self.rows(actor).filter(
            **{f"{self.learner}provider": key.provider_id, f"{self.learner}undone_at": None}
        )
        if key.standard_id:
            found = found.filter(**{f"{self.learner}standard_version__standard": key.standard_id})
        if key.employer_id:
            found = found.filter(**{f"{self.learner}employer": key.employer_id})
        return found


def _named(*columns: Column) -> dict[str, Column]:
    """The columns by the name that each has in the feed: `last_activity` is LastActivity."""
    return {_NAMES.get(column.name) or _camel(column.name): column for column in columns}


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


#: Of those whose name on a page would say too little in another program.
_NAMES = {
    "rag": "OnTrack",
    "ksbs": "KsbCount",
    "actual": "ActualPercent",
    "expected": "ExpectedPercent",
    "gap": "GapPoints",
    **{state.value: f"Ksbs{_camel(state.value)}" for state in KsbState.counted()},
}


def _learner(field: str = "apprenticeship_id") -> Column:
    return Column(
        "learner_id",
        _("Learner"),
        (field,),
        Kind.ID,
        says=_("Which apprenticeship it is about, the same in each table."),
    )


def _hours(minutes: str) -> ExpressionWrapper[Any]:
    """Minutes as hours, with fractions on both databases."""
    return ExpressionWrapper(F(minutes) * Value(1.0) / Value(60.0), output_field=FloatField())


LEARNERS = FeedTable(
    "Learners",
    _("Learners"),
    _("One row for each apprenticeship: where it is, and where it should be."),
    ("LearnerId",),
    _named(
        _learner("pk"),
        Column(
            "learner_reference",
            _("Reference"),
            ("learner_reference",),
            says=_("Your own reference for them (LearnRefNumber)."),
            is_personal=True,
        ),
        Column("uln", _("ULN"), ("uln",), says=_("Their unique learner number."), is_personal=True),
        *cohort.COLUMNS,
        Column(
            "standard_title",
            _("Title of the standard"),
            ("standard_version__title",),
            says=_("What the standard is called."),
        ),
        Column(
            "planned_hours",
            _("Planned hours"),
            ("planned_hours",),
            Kind.WHOLE,
            says=_("Off-the-job hours as agreed. Empty if none are recorded."),
        ),
        Column(
            "confirmed_hours",
            _("Confirmed hours"),
            ("confirmed_hours",),
            Kind.NUMBER,
            says=_("Off-the-job hours that count and that somebody confirmed."),
        ),
        Column(
            "waiting_hours",
            _("Hours waiting"),
            ("waiting_hours",),
            Kind.NUMBER,
            says=_("Off-the-job hours that will count once somebody confirms them."),
        ),
        Column(
            "stopped_on",
            _("Stopped on"),
            ("stopped_on",),
            Kind.DAY,
            says=_("The first day of the break they are on, or of the end. Empty for learners who are learning."),
        ),
    ),
    lambda actor: cohort.overseen_by(actor).annotate(
        confirmed_hours=_hours("off_the_job_minutes"), waiting_hours=_hours("off_the_job_waiting_minutes")
    ),
    learner="",
)


KSBS = FeedTable(
    "Ksbs",
    _("KSBs"),
    _("One row for each KSB of each apprenticeship: how far it has come."),
    ("LearnerId", "KsbId"),
    _named(
        _learner(),
        Column(
            "ksb_id", _("KSB"), ("ksb_id",), Kind.ID, says=_("Which statement it is, the same for all on the version.")
        ),
        Column("code", _("Code"), ("ksb__code",), says=_("The code of the KSB, such as K1.")),
        Column(
            "type",
            _("Type"),
            ("ksb__type",),
            words=dict(KsbType.choices),
            says=_("Knowledge, skill or behaviour, or the type that the standard names."),
        ),
        Column(
            "state",
            _("State"),
            ("state",),
            words=dict(KsbState.choices),
            says=_("How far it has come, from not started to signed off."),
        ),
        Column(
            "met_pieces",
            _("Pieces that met it"),
            ("met_count",),
            Kind.WHOLE,
            says=_("How many pieces of evidence an assessor found to meet it."),
        ),
        Column(
            "waiting_pieces",
            _("Pieces waiting"),
            ("waiting_count",),
            Kind.WHOLE,
            says=_("How many pieces of evidence wait for a decision on it."),
        ),
        Column(
            "signed_off_on",
            _("Signed off on"),
            ("signed_off_at",),
            Kind.DAY_OF_MOMENT,
            says=_("When it was signed off. Empty if it is not."),
        ),
    ),
    lambda actor: KsbProgress.objects.visible_to(actor),
)

FEEDBACK = FeedTable(
    "Feedback",
    _("Feedback"),
    _("One row for each time a piece of evidence was sent to be assessed: how long the feedback took."),
    ("SubmissionId",),
    _named(
        Column("submission_id", _("Submission"), ("pk",), Kind.ID, says=_("Which submission it is.")),
        _learner(),
        Column(
            "round",
            _("Round"),
            ("round",),
            Kind.WHOLE,
            says=_("1 for the first time that the piece was sent, and so on."),
        ),
        Column(
            "sent_on",
            _("Sent on"),
            ("submitted_at",),
            Kind.DAY_OF_MOMENT,
            says=_("When the apprentice sent the piece."),
        ),
        Column(
            "answered_on",
            _("Answered on"),
            ("finished_at",),
            Kind.DAY_OF_MOMENT,
            says=_("When the feedback was sent. Empty while it is waited for."),
        ),
        Column(
            "days",
            _("Days"),
            ("took",),
            Kind.NUMBER,
            says=_("Days of 24 hours from sending the piece to the feedback. Empty while it is waited for."),
        ),
    ),
    lambda actor: (
        Submission.objects.visible_to(actor)
        .filter(withdrawn_at=None)
        .annotate(took=overview.Days("finished_at", "submitted_at"))
    ),
)

DECISIONS = FeedTable(
    "Decisions",
    _("Decisions"),
    _("One row for each decision that stands on a piece of evidence and a KSB, corrections included."),
    ("DecisionId",),
    _named(
        Column("decision_id", _("Decision"), ("pk",), Kind.ID, says=_("Which decision it is.")),
        _learner("claim__apprenticeship_id"),
        Column(
            "submission_id",
            _("Submission"),
            ("claim__submission_id",),
            Kind.ID,
            says=_("Which submission it is about, as in Feedback."),
        ),
        Column("code", _("Code"), ("claim__ksb__code",), says=_("The code of the KSB, such as K1.")),
        Column(
            "outcome",
            _("Outcome"),
            ("outcome",),
            words=dict(Outcome.choices),
            says=_("Met, not yet, or not assessed where the piece has nothing to do with the KSB."),
        ),
        Column("decided_on", _("Decided on"), ("at",), Kind.DAY_OF_MOMENT, says=_("When it was decided.")),
        Column(
            "is_correction",
            _("Correction"),
            ("is_correction",),
            Kind.YES_NO,
            says=_("Whether it corrects an earlier decision."),
        ),
    ),
    lambda actor: (
        Decision.objects.visible_to(actor)
        .standing()
        .annotate(is_correction=Case(When(supersedes__isnull=False, then=Value(True)), default=Value(False)))
    ),
    learner="claim__apprenticeship__",
)

HOURS = FeedTable(
    "Hours",
    _("Off-the-job hours"),
    _("One row for each entry of hours that stands: what was corrected or removed is left out."),
    ("EntryId",),
    _named(
        Column("entry_id", _("Entry"), ("pk",), Kind.ID, says=_("Which entry it is.")),
        _learner(),
        Column("day", _("Day"), ("happened_on",), Kind.DAY, says=_("When it took place.")),
        Column("minutes", _("Minutes"), ("minutes",), Kind.WHOLE, says=_("How long it took.")),
        Column("kind", _("Kind"), ("kind",), words=dict(HoursKind.choices), says=_("What was done.")),
        Column(
            "counts",
            _("Counts"),
            ("counts",),
            Kind.YES_NO,
            says=_("Whether it is off-the-job training. Reviews, English and maths and normal work are not."),
        ),
        Column(
            "confirmed_on",
            _("Confirmed on"),
            ("confirmation__at",),
            Kind.DAY_OF_MOMENT,
            says=_("When somebody confirmed it. Empty if nobody has: then it is in no total yet."),
        ),
    ),
    lambda actor: OffTheJobEntry.objects.visible_to(actor).standing(),
)

_REVIEW_STATE = Case(
    When(cancelled_at__isnull=False, then=Value(ReviewState.CANCELLED.value)),
    When(issued_at__isnull=False, is_complete=True, then=Value(ReviewState.COMPLETE.value)),
    When(issued_at__isnull=False, then=Value(ReviewState.WAITING.value)),
    When(held_on__isnull=False, then=Value(ReviewState.HELD.value)),
    default=Value(ReviewState.PLANNED.value),
)

REVIEWS = FeedTable(
    "Reviews",
    _("Progress reviews"),
    _("One row for each progress review that was planned, cancelled ones included."),
    ("ReviewId",),
    _named(
        Column("review_id", _("Review"), ("pk",), Kind.ID, says=_("Which review it is.")),
        _learner(),
        Column("due_on", _("Due on"), ("due_on",), Kind.DAY, says=_("By when it had to be held, when it was planned.")),
        Column("planned_on", _("Planned for"), ("planned_on",), Kind.DAY, says=_("For which day it was planned.")),
        Column("held_on", _("Held on"), ("held_on",), Kind.DAY, says=_("When it was held. Empty if it was not.")),
        Column("state", _("State"), ("review_state",), words=dict(ReviewState.choices), says=_("How far it has come.")),
        Column(
            "signed_by_provider",
            _("Signed by the provider"),
            ("signed_provider",),
            Kind.YES_NO,
            says=_("Whether the provider has signed its newest version."),
        ),
        Column(
            "signed_by_apprentice",
            _("Signed by the apprentice"),
            ("signed_apprentice",),
            Kind.YES_NO,
            says=_("Whether the apprentice has signed its newest version."),
        ),
        Column(
            "signed_by_employer",
            _("Signed by the employer"),
            ("signed_employer",),
            Kind.YES_NO,
            says=_("Whether the employer has signed its newest version."),
        ),
    ),
    lambda actor: ProgressReview.objects.visible_to(actor).with_signatures().annotate(review_state=_REVIEW_STATE),
)

CHANGES = FeedTable(
    "Changes",
    _("Withdrawals, breaks and other changes"),
    _("One row for each change that stands: withdrawals, breaks and returns, new planned ends, results."),
    ("ChangeId",),
    _named(
        Column("change_id", _("Change"), ("pk",), Kind.ID, says=_("Which change it is.")),
        _learner(),
        Column("kind", _("Kind"), ("kind",), words=dict(ChangeKind.choices), says=_("What happened.")),
        Column("effective_on", _("From"), ("effective_on",), Kind.DAY, says=_("The day from which it counts.")),
        Column(
            "expected_back_on",
            _("Expected back on"),
            ("expected_back_on",),
            Kind.DAY,
            says=_("Of a break: when it should end, if that is known."),
        ),
        Column(
            "status_before",
            _("Status before"),
            ("before_status",),
            words=dict(Apprenticeship.Status.choices),
            says=_("Where the apprenticeship stood before."),
        ),
        Column(
            "status_after",
            _("Status after"),
            ("after_status",),
            words=dict(Apprenticeship.Status.choices),
            says=_("Where it stood from then on."),
        ),
        Column("recorded_on", _("Recorded on"), ("at",), Kind.DAY_OF_MOMENT, says=_("When somebody recorded it here.")),
    ),
    lambda actor: Change.objects.visible_to(actor).standing(),
)

TABLES: dict[str, FeedTable] = {
    table.name: table for table in (LEARNERS, KSBS, FEEDBACK, DECISIONS, HOURS, REVIEWS, CHANGES)
}
