"""The words for reading a learner's file. Each `visible_to` is the only rule of its kind."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from accounts.access import roles_of
from accounts.models import STAFF_ROLES, Role
from apprenticeships.models import Assignment
from apprenticeships.querysets import OfApprenticeshipQuerySet, reach_of
from core.actor import Actor

if TYPE_CHECKING:
    from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan, SupportReader


def sees_support(actor: Actor) -> Q:
    """Whose learning support `actor` reads: their own, that of learners whose lead assessor they are, or as named."""
    from programme.learner_file.models import SupportReader

    reach = reach_of(actor)
    leads = (
        Assignment.objects.live()
        .leading()
        .filter(apprenticeship=OuterRef("apprenticeship"), role=Assignment.Role.ASSESSOR, person=actor.person_id)
    )
    named = (
        SupportReader.objects.unscoped()
        .standing()
        .filter(apprenticeship=OuterRef("apprenticeship"), person=actor.person_id)
    )
    own = Q(apprenticeship__apprentice=actor.person_id)
    if not roles_of(actor) & STAFF_ROLES:
        return own
    return own | Q(Exists(leads), apprenticeship__in=reach.assessing) | Q(Exists(named), provider=actor.organisation_id)


class LearnerDocumentQuerySet(OfApprenticeshipQuerySet["LearnerDocument"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of learners that `actor` sees, and of these the ones that are for a role they have there."""
        if not actor.person_id:
            return self.unscoped().none()
        reach, roles = reach_of(actor), roles_of(actor)
        may = Q(apprenticeship__apprentice=actor.person_id, for_apprentice=True)
        may |= Q(apprenticeship__in=reach.assessing | reach.watching, for_assessors=True)
        may |= Q(apprenticeship__in=reach.mentoring, for_employer=True)
        if Role.PROVIDER_ADMIN in roles:
            may |= Q(provider=actor.organisation_id, for_admins=True)
        if roles & {Role.IQA, Role.MANAGER, Role.VIEWER}:
            may |= Q(provider=actor.organisation_id, for_quality=True)
        may |= Q(apprenticeship__in=reach.auditing, for_quality=True)
        return self._seen_by(actor).filter(may & Q(is_support=False) | sees_support(actor) & Q(is_support=True))

    def standing(self) -> Self:
        """Neither replaced by a later version nor withdrawn."""
        return self.filter(replaced_by__replaces=None, withdrawn_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-dated_on", "-added_at", "pk")


class SupportPlanQuerySet(OfApprenticeshipQuerySet["SupportPlan"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of learners whose learning support `actor` reads."""
        return self._seen_by(actor).filter(sees_support(actor))

    def standing(self) -> Self:
        """Not replaced by a later one."""
        return self.filter(replaced_by__replaces=None)

    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-at", "pk")


class SupportNoteQuerySet(OfApprenticeshipQuerySet["SupportNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of learners whose learning support `actor` reads."""
        return self._seen_by(actor).filter(sees_support(actor))

    def newest_first(self) -> Self:
        return self.order_by("-month", "-at", "pk")


class SupportReaderQuerySet(OfApprenticeshipQuerySet["SupportReader"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of learners whose learning support `actor` reads."""
        return self._seen_by(actor).filter(sees_support(actor))

    def standing(self) -> Self:
        """Named, and not taken off the list."""
        return self.filter(ended_at=None)
