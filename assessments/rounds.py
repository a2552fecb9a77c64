"""The rounds of a piece with all that a page of the record shows: what was submitted, and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.seen_by import SeenBy
from apprenticeships.models import Outcome
from apprenticeships.querysets import SIGHT
from assessments.checking.rules import Check, asked_from_json, checks_from_json, ticked
from assessments.feedback import Feedback
from assessments.models import Decision, ReviewDraft, Submission, SubmittedClaim, VoiceNote
from assessments.unfinished import ClaimWords
from core.actor import Actor
from core.prepared import Ids, Prepared
from portfolios.models import Evidence, EvidenceFile
from portfolios.viewing import SHOWN, ShownFile, with_pictures


class RoundClaim(NamedTuple):
    """A claim as it was submitted, with the decision on it if there is one."""

    pk: UUID
    ksb_id: UUID
    code: str
    statement: str
    why: str
    outcome: str | None
    feedback: Feedback | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    decision: UUID | None
    #: The assessor who added it, where the apprentice missed it.
    added_by: str | None
    needs_countersignature: bool | None
    countersignature: UUID | None
    #: At which other training provider it was decided, if it was.
    decided_elsewhere: str | None

    @property
    def is_to_countersign(self) -> bool:
        """Whether somebody in training decided it, and it does not count yet."""
        return bool(self.needs_countersignature) and self.countersignature is None


class Superseded(NamedTuple):
    """A decision that was corrected since."""

    outcome: str
    feedback: Feedback
    decided_at: datetime
    decided_by: str
    reason: str


class FinishedReview(NamedTuple):
    """Who finished a review that is not sent yet, and when it is sent."""

    by: UUID
    by_name: str
    send_at: datetime


class OwnVoice(NamedTuple):
    """A recording that is not sent: what it says in writing, how far it is, and why it cannot be used."""

    words: str
    state: str
    refused_because: str


@dataclass
class Round:
    """One submission, with its snapshot and who submitted it; claims with KSB and decision; files for viewing."""

    submission: Submission
    claims: list[RoundClaim] = field(default_factory=list)
    files: list[ShownFile] = field(default_factory=list)
    #: By a claim's id, the decisions on it that were corrected, the newest first.
    superseded: dict[UUID, list[Superseded]] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """What was submitted, word by word."""
        return cast("dict[str, Any]", self.submission.snapshot.content)

    @property
    def own_words(self) -> dict[str, ClaimWords]:
        """What whoever `round_of` was asked for has written of its review so far, by the code of each KSB."""
        return ReviewDraft.from_json(vars(self.submission).get("own_words") or {})

    @property
    def checks(self) -> list[Check]:
        """The rules of evidence as the finished review ticked them."""
        return checks_from_json(self.submission.checks)

    @property
    def own_checks(self) -> list[Check]:
        """The rules of evidence that the provider asks for now, as they are ticked so far."""
        ticks = {check.rule for check in checks_from_json(vars(self.submission).get("own_checks")) if check.is_ticked}
        return ticked(asked_from_json(vars(self.submission).get("rules_asked")), ticks)

    @property
    def own_revision(self) -> int:
        """Under which revision these words are kept; 0 if there are none."""
        return vars(self.submission).get("own_revision") or 0

    @property
    def own_not_sent_because(self) -> str:
        """Why their finished review came back instead of being sent."""
        return vars(self.submission).get("own_not_sent_because") or ""

    @property
    def has_notes(self) -> bool:
        """Whether somebody who left had written something of its review."""
        return bool(vars(self.submission).get("has_notes"))

    @property
    def is_flagged(self) -> bool:
        """Whether there is a flag on it that nobody has answered: for staff alone."""
        return bool(vars(self.submission).get("is_flagged"))

    @property
    def is_under_investigation(self) -> bool:
        """Whether somebody looks into whether it is the apprentice's own work."""
        return bool(vars(self.submission).get("is_under_investigation"))

    @property
    def has_hidden_bytes(self) -> bool:
        """Whether a file of it is the same as one that was hidden or deleted: for staff alone."""
        return bool(vars(self.submission).get("has_hidden_bytes"))

    @property
    def told_at_end(self) -> str:
        """What the apprentice reads of the investigation of it that was closed last."""
        return vars(self.submission).get("told_at_end") or ""

    @property
    def voice_note(self) -> VoiceNote | None:
        """What was said about it aloud, with the review."""
        note: VoiceNote | None = getattr(self.submission, "voice_note", None)
        return note

    @property
    def own_voice(self) -> OwnVoice | None:
        """What whoever `round_of` was asked for has recorded for its review."""
        found = vars(self.submission)
        if not found.get("own_voice"):
            return None
        return OwnVoice(found["own_voice_words"], found["own_voice_state"], found["own_voice_refused"])

    @property
    def finished(self) -> FinishedReview | None:
        """The review of it that is to be sent, if there is one."""
        found = vars(self.submission)
        if not found.get("send_at"):
            return None
        return FinishedReview(found["finished_by"], found["finished_by_name"], found["send_at"])


#: What a page shows of a submission, with its snapshot and who made it.
_SUBMISSION = (
    "evidence",
    "round",
    "submitted_at",
    "review_started_at",
    "finished_at",
    "withdrawn_at",
    "checks",
    "snapshot__content",
    "submitted_by__name",
    "voice_note__words",
    "voice_note__by__name",
)

_of_pieces = SeenBy(
    lambda actor, pieces: (
        Submission.objects.visible_to(actor)
        .filter(evidence__in=pieces, withdrawn_at=None)
        .with_likeness()
        .with_hidden_bytes()
        .select_related("snapshot", "submitted_by", "voice_note__by")
        .only(*_SUBMISSION)
        .order_by("-round")
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_claims = Prepared(
    lambda submissions: (
        SubmittedClaim.objects.unscoped()
        .filter(submission__in=submissions)
        .with_decision()
        .order_by("ksb__position")
        .values_list(
            "submission",
            "pk",
            "ksb",
            "ksb__code",
            "ksb__statement",
            "justification",
            "decisions__outcome",
            "decisions__feedback",
            "decisions__at",
            "decisions__by__name",
            "decisions__reason",
            "decisions",
            "added_by__name",
            "decisions__needs_countersignature",
            "decisions__countersignature",
            "decisions__by__external_provider",
        )
    ),
    is_the_same_every_day=True,
)
_of_piece = SeenBy(
    lambda actor, piece: (
        SubmittedClaim.objects.visible_to(actor)
        .filter(submission__evidence=piece, submission__finished_at__isnull=False)
        .with_decision()
        .order_by("-submission__round", "ksb__position")
        .values_list(
            "submission__round",
            "pk",
            "ksb",
            "ksb__code",
            "ksb__statement",
            "justification",
            "decisions__outcome",
            "decisions__feedback",
            "decisions__at",
            "decisions__by__name",
            "decisions__reason",
            "decisions",
            "added_by__name",
            "decisions__needs_countersignature",
            "decisions__countersignature",
            "decisions__by__external_provider",
        )
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_later = Submission.objects.unscoped().filter(
    evidence=OuterRef("claim__submission__evidence"), round__gt=OuterRef("claim__submission__round"), withdrawn_at=None
)
_to_put_right = SeenBy(
    lambda actor, apprenticeship: (
        Decision.objects.visible_to(actor)
        .filter(
            claim__apprenticeship=apprenticeship,
            claim__submission__evidence__state=Evidence.State.REFERRED,
            outcome=Outcome.NOT_YET,
            feedback__has_key="by_when",
        )
        .standing()
        .exclude(Exists(_later))
        .values_list("claim__submission__evidence", "feedback")
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_superseded = Prepared(
    lambda claims: (
        Decision.objects.unscoped()
        .filter(claim__in=claims, superseded_by__isnull=False)
        .order_by("-at", "-pk")
        .values_list("claim", "outcome", "feedback", "at", "by__name", "reason")
    ),
    is_the_same_every_day=True,
)
_files = Prepared(
    lambda submissions: (
        EvidenceFile.objects.unscoped()
        .filter(submitted__submission__in=submissions)
        .for_viewing()
        .order_by("added_at", "pk")
        .values_list("submitted__submission", *SHOWN)
    ),
    is_the_same_every_day=True,
)


_one = SeenBy(
    lambda actor, submission: (
        Submission.objects.visible_to(actor)
        .filter(pk=submission)
        .with_drafts(actor)
        .with_likeness()
        .with_hidden_bytes()
        .select_related("snapshot", "submitted_by", "voice_note__by", "evidence__apprenticeship__apprentice")
        .only(
            *_SUBMISSION,
            "evidence__state",
            "evidence__apprenticeship__provider",
            "evidence__apprenticeship__status",
            "evidence__apprenticeship__undone_at",
            "evidence__apprenticeship__standard_version",
            "evidence__apprenticeship__apprentice__name",
        )
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def round_of(actor: Actor, submission: UUID) -> Round | None:
    """One round with its piece of evidence and its apprentice, if `actor` sees it."""
    found = _one(actor, submission=submission).first()
    return whole([found])[0] if found else None


def rounds_of(actor: Actor, pieces: Ids) -> list[Round]:
    """The rounds of these pieces that `actor` sees and that were not taken back, the newest of each first."""
    return whole(_of_pieces(actor, pieces=pieces)) if pieces else []


def spoken_of(claims: Iterable[RoundClaim]) -> list[RoundClaim]:
    """Those on which there is feedback; one that went back without a mark says something, too."""
    return [claim for claim in claims if claim.feedback or claim.outcome == Outcome.NOT_JUDGED]


def newest_feedback(actor: Actor, piece: UUID) -> list[RoundClaim]:
    """The claims with feedback in the newest round of a piece that was judged."""
    rows = list(_of_piece(actor, piece=piece))
    return spoken_of(RoundClaim(*claim) for round_, *claim in rows if round_ == rows[0][0])


def days_of(actor: Actor, apprenticeship: UUID) -> dict[UUID, date]:
    """By when pieces that came back are to be put right, where their newest feedback names a day: the earliest."""
    days: dict[UUID, date] = {}
    for piece, feedback in _to_put_right(actor, apprenticeship=apprenticeship):
        days[piece] = min(feedback.by_when, days.get(piece, feedback.by_when))
    return days


def superseded_on(corrected: Iterable[UUID]) -> dict[UUID, list[Superseded]]:
    """The decisions that were superseded on these claims, which were corrected and read through `visible_to`."""
    found: dict[UUID, list[Superseded]] = {}
    if claims := frozenset(corrected):
        for claim, *decision in _superseded(claims=claims):
            found.setdefault(claim, []).append(Superseded(*decision))
    return found


def whole(submissions: Iterable[Submission]) -> list[Round]:
    """Rounds with claims and files, of submissions that were read with snapshot and people through `visible_to`."""
    rounds: dict[UUID, Round] = {submission.pk: Round(submission) for submission in submissions}
    if not rounds:
        return []
    for submission, *claim in _claims(submissions=frozenset(rounds)):
        rounds[submission].claims.append(RoundClaim(*claim))
    superseded = superseded_on(claim.pk for one in rounds.values() for claim in one.claims if claim.reason)
    for one in rounds.values():
        one.superseded = {claim.pk: superseded[claim.pk] for claim in one.claims if claim.pk in superseded}
    files = [(submission, ShownFile(*row)) for submission, *row in _files(submissions=frozenset(rounds))]
    with_pictures([file for _, file in files])
    for submission, file in files:
        rounds[submission].files.append(file)
    return list(rounds.values())
