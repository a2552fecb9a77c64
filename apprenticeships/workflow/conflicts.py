"""Declaring and recording conflicts of interest, and ending them."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Membership
from apprenticeships import access
from apprenticeships.audit_actions import CONFLICT_ENDED, CONFLICT_RECORDED
from apprenticeships.models import ConflictEnding, ConflictOfInterest
from apprenticeships.workflow.competence import MOST_DAYS_AWAY
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import moment


@transaction.atomic
def record_conflict(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    person_id: UUID,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    reason: str,
) -> ConflictOfInterest:
    """Declare one's own conflict of interest with an apprentice, or record a colleague's. It holds from its first day.

    What they decided before stays; a review of theirs that is to be sent comes back to them. Recording the same again
    changes nothing.

    Args:
        person_id: who has the conflict.
        ends_on: the first day on which it no longer holds, if that is known.

    Raises:
        NotAllowed: `by` is neither that person, as an assessor or a quality assurer of the provider, nor one of its
            admins.
        Incomplete: no reason or kind, days that do not fit, or a person who judges nothing there.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    provider = apprenticeship.provider
    allowed = access.can_record_conflict(by, apprenticeship, person_id)
    require(allowed, _("You declare your own conflicts of interest. Only an admin records those of others."))
    if kind not in ConflictOfInterest.Kind.values:
        raise Incomplete(_("Choose what kind of conflict it is."), field="kind")
    works_there = Membership.objects.live().filter(organisation=provider, role__in=access.ROLES_IN_CONFLICT)
    if not works_there.filter(user=person_id).exists() or person_id == apprenticeship.apprentice_id:
        raise Incomplete(_("Choose an assessor or a quality assurer."), field="person")
    if abs(starts_on - clock.today()) > 5 * timedelta(days=MOST_DAYS_AWAY):
        raise Incomplete(_("This is more than 50 years away. Check the year."), field="starts_on")
    if ends_on and ends_on <= starts_on:
        raise Incomplete(_("Enter a day after the first one."), field="ends_on")
    if not reason.strip():
        raise Incomplete(_("Say what the conflict is."), field="reason")
    told = {"person_id": person_id, "kind": kind, "starts_on": starts_on, "ends_on": ends_on, "reason": reason.strip()}
    alike = ConflictOfInterest.objects.unscoped().filter(apprenticeship=apprenticeship, ending=None, **told)
    if earlier := alike.first():
        return earlier
    made = ConflictOfInterest.objects.create(
        provider=provider, apprenticeship=apprenticeship, by_id=by.person, at=clock.now(), **told
    )
    audit.record(
        CONFLICT_RECORDED,
        by,
        made,
        organisation=provider,
        person=person_id,
        apprenticeship=apprenticeship.pk,
        kind=kind,
        is_own=person_id == by.person_id,
    )
    return made


@transaction.atomic
def end_conflict(conflict_id: UUID, by: Actor, reason: str) -> ConflictEnding:
    """Say that a conflict of interest no longer holds, and why. It stays in the log.

    Raises:
        NotAllowed: `by` is neither an admin nor a quality assurer of the provider, or it is their own.
        Incomplete: no reason.
        OutOfTurn: somebody ended it, who and when.
    """
    conflict = ConflictOfInterest.objects.unscoped().get(pk=conflict_id)
    apprenticeship = locked_apprenticeship(conflict.apprenticeship_id)
    require(
        access.can_end_conflict(by, conflict),
        _("Conflicts of interest are ended by an admin or an internal quality assurer, and never by the person."),
    )
    if not reason.strip():
        raise Incomplete(_("Say why it no longer holds."), field="reason")
    if earlier := ConflictEnding.objects.select_related("by").filter(conflict=conflict).first():
        if (earlier.by_id, earlier.reason) == (by.person_id, reason.strip()):
            return earlier
        raise OutOfTurn(_("%(person)s ended this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    ending = ConflictEnding.objects.create(
        conflict=conflict, person_id=conflict.person_id, reason=reason.strip(), by_id=by.person, at=clock.now()
    )
    audit.record(
        CONFLICT_ENDED,
        by,
        ending,
        organisation=apprenticeship.provider,
        conflict=conflict.pk,
        person=conflict.person_id,
    )
    return ending
