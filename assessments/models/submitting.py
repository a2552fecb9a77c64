"""What was put forward for judgement: a round of a piece, with its snapshot, files and claims."""

from datetime import date
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.declaration import Declaration
from assessments.querysets.submitting import SubmissionQuerySet, SubmittedClaimQuerySet
from core import clock
from core.canonical import canonical, digest
from occupations.models import Ksb, StandardVersion
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
    checks = models.JSONField(default=list, blank=True, help_text="The rules of evidence, as its review ticked them.")

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
            models.CheckConstraint(
                condition=Q(finished_at__isnull=False) | Q(checks=[]), name="rules_are_ticked_with_a_finished_review"
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "submitted_at"],
                condition=Q(finished_at=None, withdrawn_at=None),
                name="submissions_that_wait",
            ),
            models.Index(
                fields=["provider", "submitted_at"], condition=Q(withdrawn_at=None), name="submissions_by_month"
            ),
            models.Index(
                fields=["provider", "finished_at"],
                condition=Q(finished_at__isnull=False),
                name="submissions_by_feedback",
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
                "checks": self.checks,
                "snapshot": [self.snapshot.content, self.snapshot.sha256],
                "claims": sorted(
                    [
                        str(claim.pk),
                        str(claim.apprenticeship_id),
                        str(claim.provider_id),
                        str(claim.ksb_id),
                        claim.justification,
                        claim.added_by_id,
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
        submitted = [claim for claim in claims if claim.added_by_id is None]
        if asked != sorted((claim.ksb.code, claim.ksb.statement, claim.justification) for claim in submitted):
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
    """A claim as it was submitted: waiting for one decision, then answered by it.

    Or one that the apprentice missed, and that the assessor added with the review: it is in no snapshot.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="claims")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="submitted_claims")
    justification = models.TextField(blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SubmittedClaimQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "submission", "provider": "submission"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "ksb"], name="one_claim_per_submission_and_ksb"),
            models.CheckConstraint(
                condition=Q(added_by=None) | Q(justification=""), name="a_claim_added_in_review_is_not_explained"
            ),
        ]
        indexes = [models.Index(fields=["apprenticeship", "ksb"], name="claims_on_a_ksb")]

    def __str__(self) -> str:
        return f"submitted claim {self.pk}"
