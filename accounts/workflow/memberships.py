"""Ending what people are in an organisation."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import access, sessions
from accounts.access import require
from accounts.audit_actions import (
    MEMBERSHIP_ENDED,
)
from accounts.models import Invitation, Membership, Organisation, Role
from accounts.workflow.inviting import revoke_locked
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn


@transaction.atomic
def end_membership(membership_id: UUID, by: Actor, reason: str = "") -> Membership:
    """End a role today. The person's sessions end at once; ending it again changes nothing.

    Open invitations of somebody who could invite go with their role: nobody comes in on the word of somebody who left.

    Args:
        by: the system for a command.
        reason: why, which the provider's admins read; pages ask for it.

    Raises:
        NotAllowed: `by` does not administer the provider, or does not keep the catalogue.
        OutOfTurn: nobody else could administer the provider, or keep the catalogue, afterwards.
    """
    membership = _locked_membership(membership_id)
    allowed = by.is_system or access.can_end_membership(by, membership)
    require(allowed, _("You do not have permission to end this role."))
    today = clock.today()
    if membership.ended_on and membership.ended_on <= today:
        return membership
    if membership.role in (Role.PROVIDER_ADMIN, Role.CATALOGUE_KEEPER):
        alike = {"organisation": membership.organisation, "role": membership.role}
        others = Membership.objects.live().filter(**alike, user__is_active=True).exclude(pk=membership.pk)
        if not by.is_system and not others.exists():
            raise OutOfTurn(_("Nobody else has this role. Invite somebody else to it first."))
        for invitation in Invitation.objects.open().filter(
            organisation=membership.organisation, invited_by=membership.user
        ):
            revoke_locked(invitation, by)
    membership.ended_on = max(today, membership.started_on)
    membership.end_reason = reason.strip()
    membership.save(update_fields=["ended_on", "end_reason"])
    audit.record(
        MEMBERSHIP_ENDED,
        by,
        membership,
        organisation=membership.organisation,
        person=membership.user_id,
        role=membership.role,
    )
    sessions.end_all_of(membership.user, reason="membership_ended", by=by)
    return membership


def _locked_membership(membership_id: UUID) -> Membership:
    """Lock a membership and all alike: two admins, or two keepers, who end one another at once do not both succeed."""
    organisation_id = Membership.objects.values_list("organisation", flat=True).get(pk=membership_id)
    if organisation_id:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    else:
        organisation = None
        list(Membership.objects.keeping().select_for_update(no_key=True).order_by("pk"))
    membership = (
        Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=membership_id)
    )
    membership.organisation = organisation
    return membership
