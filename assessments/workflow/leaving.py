"""Ending somebody's role, and handing over whom they look after: all of it in one press, or nothing."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import access
from accounts import workflow as people
from accounts.access import require
from accounts.models import Membership, Organisation, User
from apprenticeships.models import Assignment
from apprenticeships.workflow import NOBODY, assign, end_cover, hold_members, locked_apprenticeship
from assessments.leaving import HANDED_OVER, looked_after_by
from assessments.models import ReviewDraft
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn


@transaction.atomic
def end_role(membership_id: UUID, by: Actor, hand_over: Mapping[UUID, User | None], why: str = "") -> Membership:
    """End a role today. Whom the person looks after in it goes to somebody else, or to nobody.

    They lose all of it, also what was planned: somebody who comes back looks after nobody until they are asked. What
    they have half-written of a review is a note for whoever takes over, also later. Done before, nothing is left to do.

    Args:
        hand_over: by the id of each apprenticeship that they lead or will lead, who takes over; None is nobody.
        why: why the role ends, which the provider's admins read; the page asks for it.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: they lead an apprenticeship that is not in `hand_over`, or nobody else could administer the provider.
        Incomplete: whoever takes over does not have the same role, or is the apprentice.
    """
    membership = Membership.objects.select_related("user").get(pk=membership_id)
    require(access.can_end_membership(by, membership), _("You do not have permission to end this role."))
    if membership.role in HANDED_OVER and membership.organisation_id and not _has_ended(membership):
        held = looked_after_by(membership)
        # In one order, and all of it before the chain of the record, which the first act below locks: whoever assigns
        # somebody, or invites a colleague, takes these in the same order.
        for pk in sorted({one.apprenticeship_id for one in held}):
            locked_apprenticeship(pk)
        Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
        hold_members([membership.user, *(person for person in hand_over.values() if person)])
        reason = _("%(name)s no longer has the role of %(role)s.") % {
            "name": membership.user,
            "role": membership.get_role_display(),
        }
        for one in looked_after_by(membership):
            if one.is_cover:
                end_cover(one.apprenticeship_id, membership.user_id, by, reason)
        for pk in sorted({one.apprenticeship_id for one in held if not one.is_cover}):
            if pk not in hand_over:
                raise OutOfTurn(_seen_too_late(membership))
            _hand_over(pk, membership, hand_over[pk], reason, by)
    ended = people.end_membership(membership_id, by, why)
    if membership.role in HANDED_OVER and membership.organisation_id and looked_after_by(membership):
        # Somebody assigned them in this moment.
        raise OutOfTurn(_seen_too_late(membership))
    return ended


def _has_ended(membership: Membership) -> bool:
    return membership.ended_on is not None and membership.ended_on <= clock.today()


def _seen_too_late(membership: Membership) -> str:
    return _("%(name)s was given another learner since you opened the page. Look at the list again.") % {
        "name": membership.user
    }


def _hand_over(apprenticeship_id: UUID, membership: Membership, to: User | None, reason: str, by: Actor) -> None:
    """Let somebody else lead wherever the leaver does or would; who was planned after them still follows."""
    today = clock.today()
    leaver, role = membership.user, Assignment.Role(membership.role)
    rows = Assignment.objects.leading().filter(apprenticeship=apprenticeship_id, role=role).from_day(today)
    leading = list(rows.select_related("person").order_by("started_on"))
    for number, one in enumerate(leading):
        if one.person_id == leaver.pk:
            person = to or (NOBODY if one.started_on <= today else leading[number - 1].person if number else NOBODY)
        elif one.started_on > today:
            person = one.person
        else:
            continue
        day = max(one.started_on, today)
        if role == Assignment.Role.TRAINER:
            assign(apprenticeship_id, by, trainer=person, on=day, reason=reason)
        else:
            assign(apprenticeship_id, by, assessor=person, on=day, reason=reason)
    if role == Assignment.Role.ASSESSOR:
        unfinished = ReviewDraft.objects.unscoped().filter(
            by=leaver,
            submission__apprenticeship=apprenticeship_id,
            submission__finished_at=None,
            submission__withdrawn_at=None,
        )
        unfinished.update(is_handed_over=True)
