"""Putting people on a standard, and saying who looks after them."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.access import require
from accounts.models import Invitation, Membership, Organisation, Role, User
from apprenticeships import access, progress
from apprenticeships.audit_actions import APPRENTICESHIP_ASSIGNED, APPRENTICESHIP_ENROLLED
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, TokenTaken
from occupations.models import StandardVersion


@transaction.atomic
def enrol(
    *,
    apprenticeship_id: UUID,
    provider: Organisation,
    standard_version: StandardVersion,
    apprentice: User,
    employer: Organisation | None,
    started_on: date,
    planned_end_on: date,
    by: Actor,
) -> Apprenticeship:
    """Put `apprentice` on `standard_version` at `provider`, with a progress row for every KSB.

    `apprenticeship_id` is the form's one-use token: a second call with it returns what the first one made.

    Raises:
        NotAllowed: `by` does not administer the provider, or would enrol themself, or the standard is another
            provider's own.
        Incomplete: the planned end is not after the start.
        TokenTaken: another provider's apprenticeship has this id.
    """
    require(access.can_enrol(by, provider), _("Only an admin of the training provider can enrol apprentices."))
    require(by.person_id != apprentice.pk, _("You cannot enrol yourself."))
    owner_id = standard_version.standard.owner_id
    require(owner_id in (None, provider.pk), _("This provider cannot put apprentices on this standard."))
    if made := Apprenticeship.objects.unscoped().filter(pk=apprenticeship_id).first():
        if made.provider_id != provider.pk:
            raise TokenTaken
        return made
    if planned_end_on <= started_on:
        raise Incomplete(_("The planned end must be after the start."), field="planned_end_on")
    apprenticeship = Apprenticeship.objects.create(
        pk=apprenticeship_id,
        apprentice=apprentice,
        provider=provider,
        employer=employer,
        standard_version=standard_version,
        started_on=started_on,
        planned_end_on=planned_end_on,
    )
    progress.begin(apprenticeship)
    audit.record(
        APPRENTICESHIP_ENROLLED, by, apprenticeship, organisation=provider, standard_version=standard_version.pk
    )
    return apprenticeship


@transaction.atomic
def assign(
    apprenticeship_id: UUID, by: Actor, *, assessor: User | None = None, mentor: User | None = None
) -> Apprenticeship:
    """Say who is the assessor, the mentor or both from today; whoever was it until now no longer is.

    Args:
        assessor, mentor: None leaves things as they are. Whoever is it already stays.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: somebody is not an assessor of the provider, or not a mentor of the employer, or is the apprentice.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    for role, person in ((Assignment.Role.ASSESSOR, assessor), (Assignment.Role.MENTOR, mentor)):
        if person is not None:
            _assign(apprenticeship, person, role, by)
    return apprenticeship


def _assign(apprenticeship: Apprenticeship, person: User, role: Assignment.Role, by: Actor) -> None:
    if person.pk == apprenticeship.apprentice_id:
        raise Incomplete(_("Nobody looks after their own apprenticeship."), field=role)
    organisation = apprenticeship.provider_id if role == Assignment.Role.ASSESSOR else apprenticeship.employer_id
    if not Membership.objects.live().filter(user=person, organisation=organisation, role=Role(role)).exists():
        raise Incomplete(_("Choose somebody who has this role today."), field=role)
    today = clock.today()
    standing = Assignment.objects.live().filter(apprenticeship=apprenticeship, role=role).first()
    if standing and standing.person_id == person.pk:
        return
    if standing:
        standing.ended_on = today
        standing.save(update_fields=["ended_on"])
    Assignment.objects.create(apprenticeship=apprenticeship, person=person, role=role, started_on=today)
    audit.record(
        APPRENTICESHIP_ASSIGNED,
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        role=str(role),
        person=person.pk,
        until_now=standing.person_id if standing else None,
    )


@transaction.atomic
def invite_mentor(apprenticeship_id: UUID, name: str, email: str, by: Actor) -> Invitation:
    """Invite somebody at the apprentice's employer; once they accept, they can be chosen as the mentor.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: the apprenticeship has no employer, or as for `accounts.workflow.invite`.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    if apprenticeship.employer is None:
        raise Incomplete(_("This apprenticeship has no employer yet."))
    return people.invite(apprenticeship.employer, email, name, Role.MENTOR, by)
