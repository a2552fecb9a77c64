"""What an assessor has written of a review that is not sent: theirs alone, and part of no record."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from apprenticeships.models import Outcome
from apprenticeships.querysets import reach_of
from assessments.feedback import NOTHING, Feedback
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet

#: For how long a finished review can be undone before it is sent.
UNDO_LASTS = timedelta(minutes=10)


class ClaimWords(NamedTuple):
    """What is written so far of one claim: perhaps no outcome yet, perhaps feedback that breaks off."""

    outcome: str = ""
    feedback: Feedback = NOTHING
    signs_off: bool = False
    #: The KSB, where the assessor adds the claim because the apprentice missed it.
    added: UUID | None = None

    @classmethod
    def typed(
        cls, outcome: str, feedback: Mapping[str, str], by_when: date | None, *, signs_off: bool, added: UUID | None
    ) -> Self:
        """What a form holds, as it can be kept: an outcome that there is, line ends of one kind, no NUL."""
        known = outcome if outcome in Outcome.values else ""
        parts = {name: text.replace("\r\n", "\n").replace("\0", "") for name, text in feedback.items()}
        return cls(known, Feedback(**parts, by_when=by_when), signs_off, added)

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> Self:
        added = words.get("added")
        feedback = Feedback.from_json(words["feedback"])
        return cls(words["outcome"], feedback, words["signs_off"], UUID(added) if added else None)

    def to_json(self) -> dict[str, Any]:
        words = {"outcome": self.outcome, "feedback": self.feedback.to_json(), "signs_off": self.signs_off}
        return words | ({"added": str(self.added)} if self.added else {})

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said of the claim: no outcome, and nothing but blanks beside it."""
        return not (self.outcome or self.feedback.tidy() or self.signs_off or self.added)


class ReviewDraftQuerySet(ScopedQuerySet["ReviewDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """What `actor` wrote themselves, where they act for the provider that it was written at."""
        rows = self.unscoped()
        if actor.person_id is None or actor.organisation_id is None:
            return rows.none()
        return rows.filter(by=actor.person_id, submission__provider=actor.organisation_id)

    def handed_over_to(self, actor: Actor) -> Self:
        """What somebody who left had written, of apprentices that `actor` assesses now, however late they took over."""
        theirs = self.unscoped().filter(submission__apprenticeship__in=reach_of(actor).assessing)
        return theirs.filter(is_handed_over=True).exclude(by=actor.person_id)

    def finished(self) -> Self:
        """Those that are to be sent, once nobody undoes them."""
        return self.filter(send_at__isnull=False)

    def once_finished(self) -> Self:
        """Those that are to be sent, and those that came back instead of being sent."""
        return self.filter(Q(send_at__isnull=False) | ~Q(not_sent_because=""))

    def due(self) -> Self:
        """Those whose moment to be sent has come, the oldest first."""
        return self.filter(send_at__lte=clock.now()).order_by("send_at", "pk")


class ReviewDraft(models.Model):
    """The words of one assessor on one submission, gone when its review is sent.

    They begin the review, so a submission that was taken back has none. Of a submission, one at most is finished.
    Somebody who leaves hands them over, as a note to whoever assesses the apprentice from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey("assessments.Submission", on_delete=models.CASCADE, related_name="review_drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_handed_over = models.BooleanField(default=False, help_text="Whether its author has left, so others read it.")
    words = models.JSONField(help_text="By the code of the KSB: outcome, feedback, whether to sign it off.")
    checks = models.JSONField(default=list, blank=True, help_text="The rules of evidence, as they are ticked so far.")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=clock.now)
    send_at = models.DateTimeField(
        null=True, blank=True, help_text="When the finished review is sent; None while it is written."
    )
    not_sent_because = models.TextField(blank=True, help_text="Why it came back instead of being sent.")

    objects = ReviewDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "by"], name="one_review_draft_per_submission_and_assessor"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(send_at__isnull=False),
                name="one_finished_review_to_be_sent_per_submission",
            ),
            models.CheckConstraint(
                condition=Q(send_at=None) | Q(not_sent_because=""), name="a_review_to_be_sent_has_not_come_back"
            ),
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=Q(send_at__isnull=False), name="reviews_to_be_sent"),
        ]

    def __str__(self) -> str:
        return f"unfinished review of {self.submission_id}"

    @property
    def added(self) -> dict[str, ClaimWords]:
        """Of these claims, those that the apprentice missed."""
        return {code: words for code, words in self.claims.items() if words.added}

    @property
    def author(self) -> Actor:
        """Who wrote it, acting for the provider it was written at. Its submission is read with it."""
        return Actor(self.by_id, self.submission.provider_id)

    @property
    def claims(self) -> dict[str, ClaimWords]:
        """What is written of each claim, by the code of its KSB."""
        return self.from_json(self.words)

    @staticmethod
    def from_json(words: Mapping[str, Any]) -> dict[str, ClaimWords]:
        """`claims`, of what `words` holds."""
        return {code: ClaimWords.from_json(row) for code, row in words.items()}

    @staticmethod
    def as_json(claims: Mapping[str, ClaimWords]) -> dict[str, Any]:
        """`words`, of what is written of each claim."""
        return {code: words.to_json() for code, words in claims.items()}
