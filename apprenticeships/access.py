"""Who may do what with an apprenticeship."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import roles_of
from accounts.models import Membership, Organisation, Role
from apprenticeships.models import Apprenticeship, Assignment, ConflictOfInterest, Level
from apprenticeships.querysets import WATCHING_ROLES, reach_of
from apprenticeships.reach import PROVIDER_WIDE_ROLES
from core.actor import Actor
from core.errors import OutOfTurn
from core.prepared import Prepared

#: While an apprenticeship is in one of these, its evidence may grow and be judged.
OPEN_STATUSES = (
    Apprenticeship.Status.WAITING,
    Apprenticeship.Status.ON_PROGRAMME,
    Apprenticeship.Status.BREAK,
)
_assessing = Prepared(
    lambda person, organisation, apprenticeship: (
        Assignment.objects.of_assessor(Actor(person, organisation))
        .filter(apprenticeship=apprenticeship)
        .values_list("level")  # type: ignore[misc]  # of_assessor adds it
    )
)


def sees_cohort(actor: Actor) -> bool:
    """Whether `actor` oversees apprentices: those of the provider, of their caseload, or of their employer."""
    return bool(roles_of(actor) & {*PROVIDER_WIDE_ROLES, Role.ASSESSOR, Role.TRAINER, Role.MENTOR, Role.AUDITOR})


def watches_auditors(actor: Actor) -> bool:
    """Whether `actor` sees which external auditors there are, and what each of them opened."""
    return bool(roles_of(actor) & WATCHING_ROLES)


def administers(actor: Actor, provider: Organisation) -> bool:
    """Is `actor` an admin of `provider`, acting for it?"""
    return Membership.objects.acting(actor).filter(organisation=provider, role=Role.PROVIDER_ADMIN).exists()


def can_enrol(actor: Actor, provider: Organisation) -> bool:
    """Admins enrol apprentices at their own provider."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(actor, provider)


def can_change(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Admins of the provider record breaks, withdrawals, planned ends and employers, and undo them."""
    return administers(actor, apprenticeship.provider)


def reads_reasons(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The apprentice and the provider's people read why it changed. An employer is told what changed, and when."""
    return actor.person_id == apprenticeship.apprentice_id or actor.organisation_id == apprenticeship.provider_id


def reads_staff_reasons(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Why an assessor or a mentor changed may be a private matter of theirs, such as illness: for the provider."""
    return actor.person_id != apprenticeship.apprentice_id and actor.organisation_id == apprenticeship.provider_id


def is_own(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The apprentice whose it is."""
    return actor.person_id is not None and apprenticeship.apprentice_id == actor.person_id


def is_open(apprenticeship: Apprenticeship) -> bool:
    """Whether its evidence may still grow, and what it is assessed by may still change."""
    return apprenticeship.undone_at is None and apprenticeship.status in OPEN_STATUSES


def why_closed(apprenticeship: Apprenticeship) -> str:
    """Why nothing of it can be added, changed or judged. It is not open."""
    return _("This apprenticeship is now “%(status)s”, so nothing in it can be added, changed or reviewed.") % {
        "status": apprenticeship.get_status_display()
    }


def require_open(apprenticeship: Apprenticeship) -> None:
    """For acts that only an open apprenticeship allows.

    Raises:
        OutOfTurn: it is past its gateway, over or withdrawn.
    """
    if not is_open(apprenticeship):
        raise OutOfTurn(why_closed(apprenticeship))


#: Who judges or assures the quality of that, and so may have a conflict of interest.
ROLES_IN_CONFLICT = (Role.ASSESSOR, Role.IQA)


def has_conflict(person: UUID | None, apprenticeship: Apprenticeship) -> bool:
    """Whether a conflict of interest holds today between a person and this apprentice, read again at each call."""
    return (
        ConflictOfInterest.objects.unscoped()
        .holding()
        .filter(
            person=person,
            provider=apprenticeship.provider_id,
            apprenticeship__apprentice=apprenticeship.apprentice_id,
        )
        .exists()
    )


def declares_conflict(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may declare or record one: for what pages offer. Rules of change ask `can_record_conflict`."""
    is_here = actor.organisation_id == apprenticeship.provider_id and actor.person_id != apprenticeship.apprentice_id
    return is_here and bool(roles_of(actor) & {*ROLES_IN_CONFLICT, Role.PROVIDER_ADMIN})


def can_record_conflict(actor: Actor, apprenticeship: Apprenticeship, person: UUID) -> bool:
    """One’s own, by assessors and quality assurers; others’, by admins. No apprentice records any about themself."""
    if actor.person_id == apprenticeship.apprentice_id:
        return False
    if administers(actor, apprenticeship.provider):
        return True
    held = Membership.objects.acting(actor).filter(organisation=apprenticeship.provider_id, role__in=ROLES_IN_CONFLICT)
    return actor.person_id == person and held.exists()


def can_end_conflict(actor: Actor, conflict: ConflictOfInterest) -> bool:
    """Admins and quality assurers end one, but nobody their own, and no apprentice one with themself."""
    if actor.person_id in (conflict.person_id, conflict.apprenticeship.apprentice_id):
        return False
    ending = Membership.objects.acting(actor).filter(organisation=conflict.provider_id)
    return ending.filter(role__in=(Role.PROVIDER_ADMIN, Role.IQA)).exists()


def assesses(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` assesses it today: for what pages offer. Rules of change ask `is_assessor_of`."""
    return apprenticeship.apprentice_id != actor.person_id and apprenticeship.pk in reach_of(actor).assessing


def is_assessor_of(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Is `actor` this apprenticeship's assessor today, perhaps in training? Nobody is the assessor of their own."""
    return bool(_levels(actor, apprenticeship))


def is_competent_assessor_of(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Is `actor` this apprenticeship's assessor today, and not in training for its standard?"""
    return Level.COMPETENT in _levels(actor, apprenticeship)


def looks_after(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Is `actor` this apprenticeship's assessor or trainer today, whatever they are competent in?"""
    if apprenticeship.apprentice_id == actor.person_id or actor.person_id is None:
        return False
    roles = (Role.ASSESSOR, Role.TRAINER)
    held = Membership.objects.acting(actor).filter(organisation=apprenticeship.provider_id, role__in=roles)
    assigned = Assignment.objects.live().filter(
        apprenticeship=apprenticeship, person=actor.person_id, role__in=[*held.values_list("role", flat=True)]
    )
    return assigned.exists()


def is_mentor_of(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Is `actor` the apprentice’s mentor at the employer today, acting for that employer?"""
    if actor.person_id is None or apprenticeship.employer_id is None:
        return False
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    mentors = Membership.objects.acting(actor).filter(organisation=apprenticeship.employer_id, role=Role.MENTOR)
    assigned = Assignment.objects.live().filter(
        apprenticeship=apprenticeship, person=actor.person_id, role=Assignment.Role.MENTOR
    )
    return mentors.exists() and assigned.exists()


def _levels(actor: Actor, apprenticeship: Apprenticeship) -> set[str]:
    """What `actor` may do as its assessor today: leading and covering, it is the same."""
    if apprenticeship.apprentice_id == actor.person_id or actor.person_id is None or actor.organisation_id is None:
        return set()
    held = _assessing(person=actor.person_id, organisation=actor.organisation_id, apprenticeship=apprenticeship.pk)
    return {level for (level,) in held}
