"""The words for reading what quality assurance found, and KSBs that it reopened."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q, Subquery

from apprenticeships.querysets import OfApprenticeshipQuerySet
from assessments.querysets.sampling import OfQualityQuerySet
from core import clock
from core.actor import Actor

if TYPE_CHECKING:
    from assessments.models.findings import Finding, Reopening


class FindingQuerySet(OfQualityQuerySet["Finding"]):
    of_learner = "sample__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that one oversees; for an assessor, those about their decisions and their actions.

        An external auditor sees those about the learners of their scope.
        """
        return self._seen_by(actor, Q(assessor=actor.person_id) | Q(owner=actor.person_id))

    def standing(self) -> Self:
        """Not superseded by a correction: of each sample that was checked, one."""
        return self.filter(superseded_by__supersedes=None)

    def with_action_state(self) -> Self:
        """With `last_note`: the kind of the newest note that closed its action or opened it again, if there is one."""
        from assessments.models.findings import FindingNote

        notes = FindingNote.objects.filter(finding=OuterRef("pk")).exclude(kind="answer").order_by("-number")
        return self.annotate(last_note=Subquery(notes.values("kind")[:1]))

    def open_actions(self) -> Self:
        """Actions that are not closed."""
        open_ones = self.standing().filter(result="action").with_action_state()
        return open_ones.filter(Q(last_note=None) | Q(last_note="opened"))

    def overdue(self) -> Self:
        """Of open actions, those whose day has passed."""
        return self.filter(due_on__lt=clock.today())


class ReopeningQuerySet(OfApprenticeshipQuerySet["Reopening"]):
    def standing(self) -> Self:
        """In force: not undone, and not the undoing of one."""
        return self.filter(undoes=None, undone_by__undoes=None)


def reopened() -> Exists:
    """Of a sign-off: whether internal quality assurance reopened it, and that stands."""
    from assessments.models.findings import Reopening

    return Exists(Reopening.objects.unscoped().standing().filter(sign_off=OuterRef("pk")))
