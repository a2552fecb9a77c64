"""Recording who may assess which standard, and undoing that."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Membership, Organisation, Role
from apprenticeships import access
from apprenticeships.audit_actions import COMPETENCE_RECORDED, COMPETENCE_UNDONE
from apprenticeships.models import Competence, Level
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from occupations.models import Standard

#: Further away than this, a year was mistyped.
MOST_DAYS_AWAY = 366 * 10


@transaction.atomic
def record_competence(
    provider_id: UUID,
    by: Actor,
    *,
    person_id: UUID,
    standard_id: UUID,
    level: str,
    starts_on: date,
    ends_on: date | None = None,
    reason: str,
) -> Competence:
    """Record what an assessor may do for the learners of a standard. What they decided before stays as it is.

    Recording what is recorded already changes nothing.

    Args:
        ends_on: the first day on which it no longer holds, if that is known.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no reason, nobody who is an assessor there, no such standard or level, or days that do not fit.
    """
    provider = _provider_of(provider_id, by)
    if level not in Level.values:
        raise Incomplete(_("Choose what they may do."), field="level")
    assessors = Membership.objects.live().filter(organisation=provider, role=Role.ASSESSOR)
    if not assessors.filter(user=person_id).exists():
        raise Incomplete(_("Choose somebody who is an assessor here."), field="person")
    if not Standard.objects.usable_by(provider).filter(pk=standard_id).exists():
        raise Incomplete(_("That standard does not exist."), field="standard")
    if abs(starts_on - clock.today()) > timedelta(days=MOST_DAYS_AWAY):
        raise Incomplete(_("This is more than 10 years away. Check the year."), field="starts_on")
    if ends_on and ends_on <= starts_on:
        raise Incomplete(_("Enter a day after the first one."), field="ends_on")
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    newest = (
        Competence.objects.unscoped()
        .standing()
        .filter(provider=provider, person=person_id, standard=standard_id)
        .newest_first()
        .first()
    )
    if newest and (newest.level, newest.starts_on, newest.ends_on) == (level, starts_on, ends_on):
        return newest
    made = Competence(
        person_id=person_id, standard_id=standard_id, level=level, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    return _keep(made, provider, by)


@transaction.atomic
def undo_competence(competence_id: UUID, by: Actor, reason: str) -> Competence:
    """Undo what was recorded, as if it had not been: what was recorded before it counts again. Both stay on the record.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no reason.
        OutOfTurn: somebody undid it, who and when; or it is an undoing itself.
    """
    undone = Competence.objects.unscoped().get(pk=competence_id)
    provider = _provider_of(undone.provider_id, by)
    if undone.undoes_id:
        raise OutOfTurn(_("This undid an earlier change. To go back, record it again."))
    if not reason.strip():
        raise Incomplete(_("Say why you are undoing this."), field="reason")
    if earlier := Competence.objects.unscoped().select_related("by").filter(undoes=undone).first():
        if earlier.by_id == by.person_id:
            return earlier
        raise OutOfTurn(_("%(person)s undid this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    made = Competence(
        person_id=undone.person_id,
        standard_id=undone.standard_id,
        level=undone.level,
        starts_on=undone.starts_on,
        ends_on=undone.ends_on,
        undoes=undone,
        reason=reason,
    )
    return _keep(made, provider, by)


def _provider_of(provider_id: UUID, by: Actor) -> Organisation:
    """The provider, for one of its admins; nobody else adds to its record meanwhile, so numbers follow each other."""
    provider = Organisation.objects.get(pk=provider_id)
    require(access.administers(by, provider), _("Only an admin of the training provider can change this."))
    audit.lock(provider)
    return provider


def _keep(made: Competence, provider: Organisation, by: Actor) -> Competence:
    last = Competence.objects.unscoped().filter(provider=provider).newest_first().first()
    made.provider, made.number = provider, last.number + 1 if last else 1
    made.reason, made.by_id, made.at = made.reason.strip(), by.person, clock.now()
    made.save(force_insert=True)
    audit.record(
        COMPETENCE_UNDONE if made.undoes_id else COMPETENCE_RECORDED,
        by,
        made,
        organisation=provider,
        person=made.person_id,
        standard=made.standard_id,
        level=str(made.level),
    )
    return made
