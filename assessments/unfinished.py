"""What an assessor has written of a review that is not finished: theirs alone, and part of no record."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self
from uuid import uuid4

from django.conf import settings
from django.db import models

from apprenticeships.models import Outcome
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet


class ClaimWords(NamedTuple):
    """What is written so far of one claim: perhaps no outcome yet, perhaps feedback that breaks off."""

    outcome: str = ""
    feedback: str = ""
    signs_off: bool = False

    @classmethod
    def typed(cls, outcome: str, feedback: str, *, signs_off: bool) -> Self:
        """What a form holds, as it can be kept: an outcome that there is, line ends of one kind, no NUL."""
        known = outcome if outcome in Outcome.values else ""
        return cls(known, feedback.replace("\r\n", "\n").replace("\0", ""), signs_off)


class ReviewDraftQuerySet(ScopedQuerySet["ReviewDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """What `actor` wrote themselves, where they act for the provider that it was written at."""
        rows = self.unscoped()
        if actor.person_id is None or actor.organisation_id is None:
            return rows.none()
        return rows.filter(by=actor.person_id, submission__provider=actor.organisation_id)


class ReviewDraft(models.Model):
    """The unfinished words of one assessor on one submission, gone when its review is finished.

    They begin the review, so a submission that was taken back has none.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey("assessments.Submission", on_delete=models.CASCADE, related_name="review_drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.JSONField(help_text="By the code of the KSB: outcome, feedback, whether to sign it off.")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=clock.now)

    objects = ReviewDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "by"], name="one_review_draft_per_submission_and_assessor"),
        ]

    def __str__(self) -> str:
        return f"unfinished review of {self.submission_id}"

    @property
    def claims(self) -> dict[str, ClaimWords]:
        """What is written of each claim, by the code of its KSB."""
        return self.from_json(self.words)

    @staticmethod
    def from_json(words: Mapping[str, Any]) -> dict[str, ClaimWords]:
        """`claims`, of what `words` holds."""
        return {code: ClaimWords(*row) for code, row in words.items()}

    @staticmethod
    def as_json(claims: Mapping[str, ClaimWords]) -> dict[str, Any]:
        """`words`, of what is written of each claim."""
        return {code: list(words) for code, words in claims.items()}
