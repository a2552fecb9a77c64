"""The words for reading rounds and what each of them claims."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from apprenticeships.access import OPEN_STATUSES
from apprenticeships.querysets import OfApprenticeshipQuerySet, reach_of
from assessments.unfinished import ReviewDraft
from core.actor import Actor

if TYPE_CHECKING:
    from assessments.models.submitting import Submission, SubmittedClaim


class SubmissionQuerySet(OfApprenticeshipQuerySet["Submission"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own submissions; other people's unless they were taken back before anybody judged them."""
        return self._seen_by(actor, Q(withdrawn_at=None))

    def waiting(self) -> Self:
        """Neither judged to the end nor taken back."""
        return self.filter(finished_at=None, withdrawn_at=None)

    def in_open(self) -> Self:
        """Of apprenticeships in which something can still be judged: a withdrawn learner's leave the queue."""
        return self.filter(apprenticeship__status__in=OPEN_STATUSES)

    def for_assessor(self, actor: Actor) -> Self:
        """Of apprenticeships that `actor` assesses today."""
        return self.filter(apprenticeship__in=reach_of(actor).assessing)

    def oldest_first(self) -> Self:
        return self.order_by("submitted_at", "pk")

    def with_drafts(self, actor: Actor) -> Self:
        """With what `actor` has written of a review that is not sent, and with whose finished review is to be sent.

        And whether somebody who left had written something of it.
        """
        own = FilteredRelation("review_drafts", condition=Q(review_drafts__by=actor.person_id))
        voice = FilteredRelation("voice_drafts", condition=Q(voice_drafts__by=actor.person_id))
        finished = FilteredRelation("review_drafts", condition=Q(review_drafts__send_at__isnull=False))
        return self.annotate(own=own, finished=finished, voice=voice).annotate(
            has_notes=Exists(
                ReviewDraft.objects.unscoped()
                .filter(submission=OuterRef("pk"), is_handed_over=True)
                .exclude(by=actor.person_id)
            ),
            own_words=F("own__words"),
            own_checks=F("own__checks"),
            rules_asked=F("provider__evidence_rules__asked"),
            own_revision=F("own__revision"),
            own_voice=F("voice__pk"),
            own_voice_words=F("voice__words"),
            own_voice_state=F("voice__state"),
            own_voice_refused=F("voice__refused_because"),
            own_not_sent_because=F("own__not_sent_because"),
            send_at=F("finished__send_at"),
            finished_by=F("finished__by"),
            finished_by_name=F("finished__by__name"),
        )

    def with_likeness(self) -> Self:
        """With whether there is a flag on it that nobody has answered, whether it is under investigation, and what the
        apprentice was told at the end of the last one.
        """
        from assessments.likeness.models import is_flagged, is_under_investigation, told_at_end

        return self.annotate(
            is_flagged=is_flagged(), is_under_investigation=is_under_investigation(), told_at_end=told_at_end()
        )

    def with_hidden_bytes(self) -> Self:
        """With whether a file of it has the same hash as one of the same apprentice that was hidden or deleted."""
        from assessments.models.submitting import SubmittedFile
        from portfolios.models import Quarantine

        before = (
            Quarantine.objects.unscoped()
            .shut()
            .filter(
                file__sha256=OuterRef("file__sha256"),
                evidence__apprenticeship__apprentice=OuterRef("file__evidence__apprenticeship__apprentice"),
            )
        )
        again = SubmittedFile.objects.filter(Exists(before), submission=OuterRef("pk"), file__withheld="")
        return self.annotate(has_hidden_bytes=Exists(again))


class SubmittedClaimQuerySet(OfApprenticeshipQuerySet["SubmittedClaim"]):
    def visible_to(self, actor: Actor) -> Self:
        """Claims of submissions that `actor` may open."""
        return self._seen_by(actor, Q(submission__withdrawn_at=None))

    def waiting(self) -> Self:
        """Without a decision that counts: in a submission that still waits, or waiting for a countersignature."""
        undecided = Q(decisions=None, submission__finished_at=None, submission__withdrawn_at=None)
        uncounted = Q(
            decisions__superseded_by__supersedes=None,
            decisions__needs_countersignature=True,
            decisions__countersignature=None,
        )
        return self.filter(undecided | uncounted)

    def with_decision(self) -> Self:
        """Each claim once, `decisions` being the one that stands, or none: what follows reads it by that name."""
        return self.filter(decisions__superseded_by__supersedes=None)
