"""Judgements of claims. What was judged never changes: a mistake is answered with a new row."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from apprenticeships.models import Outcome
from assessments.feedback import Feedback, FeedbackField
from assessments.models.submitting import SubmittedClaim
from assessments.querysets.deciding import DecisionQuerySet
from core import clock
from core.actor import Actor
from core.canonical import digest


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
    feedback = FeedbackField(default=Feedback)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=clock.now)
    snapshot_sha256 = models.CharField(max_length=64)
    needs_countersignature = models.BooleanField(
        default=False, help_text="Made by an assessor in training: it counts once it is countersigned."
    )

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
            models.CheckConstraint(
                condition=~Q(outcome="not_yet") | Q(feedback__has_key="missing"), name="not_yet_says_what_is_missing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.claim_id}"

    def is_to_countersign(self) -> bool:
        """Whether it waits for a competent assessor. One query, where an assessor in training made it."""
        return self.needs_countersignature and not Countersignature.objects.filter(decision=self).exists()

    def same_as(self, by: Actor, outcome: str, feedback: Feedback, reason: str = "") -> bool:
        """Whether this is what `by` says again, word for word."""
        said = (by.person_id, outcome, feedback.tidy(), reason.strip())
        return (self.by_id, self.outcome, self.feedback, self.reason) == said

    def fingerprint(self) -> str:
        return digest(
            {
                "claim": self.claim_id,
                "supersedes": self.supersedes_id,
                "reason": self.reason,
                "outcome": self.outcome,
                "feedback": self.feedback.to_json(),
                "by": self.by_id,
                "at": self.at,
                "snapshot": self.snapshot_sha256,
                "needs_countersignature": self.needs_countersignature,
            }
        )


class Countersignature(models.Model):
    """A competent assessor's word that a decision made by one in training is right: from then on it counts."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="countersignature")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    def __str__(self) -> str:
        return f"countersignature of {self.decision_id}"

    def fingerprint(self) -> str:
        return digest({"decision": self.decision_id, "by": self.by_id, "at": self.at})
