"""The words for reading what external auditors may see."""

from typing import TYPE_CHECKING, Self

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.access import roles_of
from accounts.models import Invitation, Membership, Role
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from apprenticeships.models.auditing import AuditScope

#: Who sees which auditors there are, what they may see and what they opened.
WATCHING_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.IQA, Role.MANAGER})


class AuditScopeQuerySet(ScopedQuerySet["AuditScope"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that `actor` runs or assures the quality of."""
        if actor.organisation_id is None or not roles_of(actor) & WATCHING_ROLES:
            return self.unscoped().none()
        return self.unscoped().filter(provider=actor.organisation_id)


def auditors_at(actor: Actor) -> QuerySet[Invitation]:
    """The invitations of external auditors that `actor` oversees, the newest first.

    Each with `access_ended_on`, the day on which the membership that came of it ends or ended.
    """
    if actor.organisation_id is None or not roles_of(actor) & WATCHING_ROLES:
        return Invitation.objects.none()
    came_of_it = Membership.objects.filter(
        user=OuterRef("accepted_by"), organisation=OuterRef("organisation"), role=Role.AUDITOR
    ).order_by("-started_on")
    return (
        Invitation.objects.filter(organisation=actor.organisation_id, role=Role.AUDITOR)
        .annotate(access_ended_on=Subquery(came_of_it.values("ended_on")[:1]))
        .select_related("invited_by", "accepted_by")
        .order_by("-invited_at", "pk")
    )
