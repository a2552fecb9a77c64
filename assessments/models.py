"""What is submitted, judged and signed off, and how that carries over to another text of the standard.

A judgement and what it rests on never change: a mistake is answered with a new row.
"""

from collections.abc import Iterable
from datetime import date
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship, Outcome
from assessments.declaration import Declaration
from assessments.querysets import (
    DecisionQuerySet,
    SignOffQuerySet,
    SubmissionQuerySet,
    SubmittedClaimQuerySet,
    TransitionQuerySet,
)
from assessments.queueing import QueuePlace as QueuePlace
from assessments.unfinished import ReviewDraft as ReviewDraft
from assessments.verifying.verifications import Verification as Verification
from assessments.verifying.verifications import VerificationKsb as VerificationKsb
from core import clock
from core.actor import Actor
from core.canonical import canonical, digest
from occupations.models import Ksb, Option, StandardVersion
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceFile


class Submission(models.Model):
    """A piece of evidence put forward for judgement, one round at a time. What was put forward is its snapshot."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="submissions")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="submissions")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)
    review_started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"apprenticeship": "evidence", "provider": "evidence"}
    never_changes = ("evidence", "apprenticeship", "provider")
    #: What its fingerprint and its contradictions are read from.
    verified_with = ("evidence", "snapshot", "claims__ksb", "claims__decisions", "files")

    class Meta:
        ordering = ["evidence", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "round"],
                condition=Q(withdrawn_at=None),
                name="one_submission_per_evidence_and_round",
            ),
            models.UniqueConstraint(
                fields=["evidence"],
                condition=Q(finished_at=None, withdrawn_at=None),
                name="one_waiting_submission_per_evidence",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(withdrawn_at=None),
                name="a_submission_is_finished_or_taken_back_not_both",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(review_started_at=None),
                name="a_submission_under_review_is_not_taken_back",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "submitted_at"],
                condition=Q(finished_at=None, withdrawn_at=None),
                name="submissions_that_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.round} of {self.evidence_id}"

    def fingerprint(self) -> str:
        """Of the submission with its snapshot, the claims that await a decision and the files."""
        return digest(
            {
                "evidence": self.evidence_id,
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "round": self.round,
                "submitted": [self.submitted_by_id, self.submitted_at],
                "review_started": [self.review_started_by_id, self.review_started_at],
                "finished_at": self.finished_at,
                "withdrawn_at": self.withdrawn_at,
                "snapshot": [self.snapshot.content, self.snapshot.sha256],
                "claims": sorted(
                    [
                        str(claim.pk),
                        str(claim.apprenticeship_id),
                        str(claim.provider_id),
                        str(claim.ksb_id),
                        claim.justification,
                    ]
                    for claim in self.claims.all()
                ),
                "files": sorted(str(file.file_id) for file in self.files.all()),
            }
        )

    def contradiction(self) -> str | None:
        """Where the snapshot and the rows beside it do not say the same; None if they do."""
        content = self.snapshot.content
        if self.snapshot.sha256 != digest(content):
            return "its snapshot’s hash is not that of its content"
        asked = sorted(
            (claim["code"], claim["statement"], claim["justification"])
            for claim in content["claims"]
            if not claim["is_met"]
        )
        claims = list(self.claims.all())
        if asked != sorted((claim.ksb.code, claim.ksb.statement, claim.justification) for claim in claims):
            return "its claims are not those of its snapshot"
        decisions = [decision for claim in claims for decision in claim.decisions.all()]
        if any(decision.snapshot_sha256 != self.snapshot.sha256 for decision in decisions):
            return "a decision on it is on another snapshot"
        if self.apprenticeship_id != self.evidence.apprenticeship_id:
            return "its evidence is of another apprenticeship"
        if any(claim.apprenticeship_id != self.apprenticeship_id for claim in claims):
            return "a claim in it is on another apprenticeship"
        if sorted(file["id"] for file in content["files"]) != sorted(str(file.file_id) for file in self.files.all()):
            return "its files are not those of its snapshot"
        return None

    @property
    def is_waiting(self) -> bool:
        return not self.finished_at and not self.withdrawn_at

    @property
    def happened_on(self) -> date | None:
        """The day the snapshot says it happened."""
        on = self.snapshot.content["happened_on"]
        return date.fromisoformat(on) if on else None


class Snapshot(models.Model):
    """What was submitted, word by word, with the hash of each file: frozen for assessor, IQA and auditor alike.

    `content` is portfolios.content.EvidenceContent as JSON. Beside it stand the standard, its version and the
    declaration (wording, text, ai_use). `sha256` is the digest of `content`.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, primary_key=True, related_name="snapshot")
    content = models.JSONField()
    sha256 = models.CharField("SHA-256", max_length=64)

    append_only = True

    def __str__(self) -> str:
        return f"snapshot of {self.submission_id}"

    @classmethod
    def frozen(
        cls, submission: Submission, said: EvidenceContent, version: StandardVersion, declaration: Declaration
    ) -> Self:
        """The snapshot of a submission, not saved yet: the one place that says what it holds and how it is hashed."""
        content = said.to_json() | canonical(
            {
                "standard": version.standard.reference,
                "version": version.version,
                "declaration": declaration.as_content(),
            }
        )
        return cls(submission=submission, content=content, sha256=digest(content))


class SubmittedFile(models.Model):
    """A file that was part of a submission."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="submitted")

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "file"], name="one_row_per_submission_and_file")]

    def __str__(self) -> str:
        return f"{self.file_id} in {self.submission_id}"


class SubmittedClaim(models.Model):
    """A claim as it was submitted: waiting for one decision, then answered by it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="claims")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="submitted_claims")
    justification = models.TextField(blank=True)

    objects = SubmittedClaimQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "submission", "provider": "submission"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "ksb"], name="one_claim_per_submission_and_ksb")]
        indexes = [models.Index(fields=["apprenticeship", "ksb"], name="claims_on_a_ksb")]

    def __str__(self) -> str:
        return f"submitted claim {self.pk}"


class Decision(models.Model):
    """An assessor's judgement of one submitted claim: met, not yet or not judged, with feedback, on one snapshot.

    A correction is a row of its own, which supersedes the one before it and says why. The last of them stands.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    claim = models.ForeignKey(SubmittedClaim, on_delete=models.PROTECT, related_name="decisions")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.TextField(blank=True, max_length=2_000, help_text="Why it was corrected.")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    feedback = models.TextField(blank=True, max_length=5_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=clock.now)
    snapshot_sha256 = models.CharField(max_length=64)

    objects = DecisionQuerySet.as_manager()
    append_only = True
    same_as_parent = {"claim": "supersedes"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(supersedes=None), name="one_first_decision_per_claim"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None, reason="") | (Q(supersedes__isnull=False) & ~Q(reason="")),
                name="a_correction_gives_its_reason",
            ),
            models.CheckConstraint(condition=~Q(outcome="not_yet") | ~Q(feedback=""), name="not_yet_says_what_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.claim_id}"

    def same_as(self, by: Actor, outcome: str, feedback: str, reason: str = "") -> bool:
        """Whether this is what `by` says again, word for word."""
        said = (by.person_id, outcome, feedback.strip(), reason.strip())
        return (self.by_id, self.outcome, self.feedback, self.reason) == said

    def fingerprint(self) -> str:
        return digest(
            {
                "claim": self.claim_id,
                "supersedes": self.supersedes_id,
                "reason": self.reason,
                "outcome": self.outcome,
                "feedback": self.feedback,
                "by": self.by_id,
                "at": self.at,
                "snapshot": self.snapshot_sha256,
            }
        )


class SignOff(models.Model):
    """A KSB declared done by an authorised person, resting on decisions. Withdrawn by a row of its own, never removed.

    At most one is live: the first has no `follows`, and each later one follows the withdrawal of the one before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="sign_offs")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="sign_offs")
    follows = models.OneToOneField(
        "SignOffWithdrawal", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    decisions = models.ManyToManyField(Decision, through="SignOffGround", related_name="sign_offs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs")
    at = models.DateTimeField(default=clock.now)
    grounds_sha256 = models.CharField(max_length=64, help_text="Digest of the decisions it rests on.")

    objects = SignOffQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}
    verified_with = ("grounds__decision__claim",)

    #: True on the row that somebody gets who signs off what they had already signed off.
    is_repeat = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "ksb"], condition=Q(follows=None), name="one_first_sign_off_per_ksb"
            ),
        ]

    def __str__(self) -> str:
        return f"sign-off of {self.ksb_id} for {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "ksb": self.ksb_id,
                "follows": self.follows_id,
                "by": self.by_id,
                "at": self.at,
                "grounds": self.grounds_sha256,
                "decisions": sorted(str(ground.decision_id) for ground in self.grounds.all()),
            }
        )

    def contradiction(self) -> str | None:
        """Where it does not agree with the decisions it rests on; None if it does."""
        decisions = sorted((ground.decision for ground in self.grounds.all()), key=lambda made: (made.at, made.pk))
        if self.grounds_sha256 != digest([decision.fingerprint() for decision in decisions]):
            return "the decisions it rests on are not those of its hash"
        if any(decision.claim.apprenticeship_id != self.apprenticeship_id for decision in decisions):
            return "it rests on a decision about another apprenticeship"
        return None


class SignOffGround(models.Model):
    """One decision that a sign-off rests on."""

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="grounds")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="grounds")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "decision"], name="one_row_per_sign_off_and_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.sign_off_id} rests on {self.decision_id}"


class SignOffWithdrawal(models.Model):
    """A sign-off taken back, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sign_off = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_withdrawal_gives_its_reason")]

    def __str__(self) -> str:
        return f"withdrawal of {self.sign_off_id}"

    def fingerprint(self) -> str:
        return digest({"sign_off": self.sign_off_id, "reason": self.reason, "by": self.by_id, "at": self.at})


class Transition(models.Model):
    """One learner moved from one text of their standard to another, or, with `undoes`, moved back again.

    What was judged before stays with the statements it was judged for. Which statement of the later text each of them
    stands for is kept beside this row, and assessments.carrying reads it; moving back reads it the other way.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="transitions")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among the moves of this apprenticeship, from 1.")
    act = models.UUIDField(
        help_text="The same for all who were moved by one press of the button; of an undoing, its own."
    )
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    before_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="transitions_away")
    before_option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    after_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="transitions_here")
    after_option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    carried_sha256 = models.CharField(max_length=64, help_text="Digest of which statement stands for which.")

    objects = TransitionQuerySet.as_manager()
    append_only = True
    verified_with = ("carry_overs", "undoes__carry_overs")
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_move_after_the_other"),
            models.UniqueConstraint(fields=["apprenticeship", "act"], name="one_move_per_apprenticeship_and_act"),
        ]
        indexes = [models.Index(fields=["act"], name="transitions_of_an_act")]

    def __str__(self) -> str:
        return f"move {self.number} of {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "number": self.number,
                "act": self.act,
                "undoes": self.undoes_id,
                "before": [self.before_version_id, self.before_option_id],
                "after": [self.after_version_id, self.after_option_id],
                "by": self.by_id,
                "at": self.at,
                "carried": self.carried_sha256,
            }
        )

    def contradiction(self) -> str | None:
        """Where the ways beside it, or beside the move that it undoes, are not those of its hash; None if they are."""
        ways = self.undoes.carry_overs if self.undoes else self.carry_overs
        if self.carried_sha256 != KsbCarryOver.digest_of(ways.all()):
            return "which statement goes on from which is not what its hash was made of"
        if self.undoes and self.carry_overs.all():
            return "it goes back, and has ways of its own"
        return None


class KsbCarryOver(models.Model):
    """A statement of the later text that goes on from one of the earlier text, in one transition."""

    class Kind(models.TextChoices):
        UNCHANGED = "unchanged"
        RENUMBERED = "renumbered"
        REWORDED = "reworded"

    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="carry_overs")
    before = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="carried_over")
    after = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="carried_here")
    kind = models.CharField(max_length=10, choices=Kind.choices)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transition", "before"], name="a_statement_carries_over_to_one"),
            models.UniqueConstraint(fields=["transition", "after"], name="a_statement_goes_on_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} goes on as {self.after_id}"

    @staticmethod
    def digest_of(ways: "Iterable[KsbCarryOver]") -> str:
        """What a transition keeps of all the ways beside it."""
        return digest(sorted([str(way.before_id), str(way.after_id), str(way.kind)] for way in ways))


class WordingConfirmation(models.Model):
    """An assessor's word that what was judged under the earlier words of a statement holds under the later ones."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    carry_over = models.OneToOneField(KsbCarryOver, on_delete=models.PROTECT, related_name="confirmation")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True
    verified_with = ("carry_over",)

    def __str__(self) -> str:
        return f"confirmation of {self.carry_over_id}"

    def fingerprint(self) -> str:
        way = self.carry_over
        return digest(
            {
                "transition": way.transition_id,
                "statements": [way.before_id, way.after_id],
                "by": self.by_id,
                "at": self.at,
            }
        )
