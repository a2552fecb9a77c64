"""Who may do what with a learner's file and their learning support."""

from accounts.models import STAFF_ROLES, Membership
from apprenticeships.access import administers, looks_after
from apprenticeships.models import Apprenticeship, Assignment
from core.actor import Actor
from programme.learner_file.models import LearnerDocument, SupportReader


def can_add(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The apprentice, their assessors and trainers, and admins add documents, also once the apprenticeship is over."""
    if apprenticeship.undone_at:
        return False
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_own or looks_after(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def can_change(actor: Actor, document: LearnerDocument) -> bool:
    """Whoever added it, and admins where it is no learning support, replace, withdraw and choose who sees it."""
    apprenticeship = document.apprenticeship
    if document.is_support:
        return can_write_support(actor, apprenticeship)
    if administers(actor, apprenticeship.provider):
        return True
    return document.added_by_id == actor.person_id and can_add(actor, apprenticeship)


def leads(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Is `actor` the lead assessor today, acting for the provider?"""
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    held = (
        Assignment.objects.live()
        .leading()
        .filter(apprenticeship=apprenticeship, role=Assignment.Role.ASSESSOR, person=actor.person_id)
    )
    return looks_after(actor, apprenticeship) and held.exists()


def can_write_support(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The lead assessor and people who were named, while they belong to the provider; never the apprentice."""
    if apprenticeship.apprentice_id == actor.person_id or apprenticeship.undone_at:
        return False
    if leads(actor, apprenticeship):
        return True
    named = SupportReader.objects.unscoped().standing().filter(apprenticeship=apprenticeship, person=actor.person_id)
    return is_of_provider(actor, apprenticeship) and named.exists()


def can_name_readers(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The lead assessor and admins say who else reads about learning support. Admins do not read it by that."""
    if apprenticeship.apprentice_id == actor.person_id or apprenticeship.undone_at:
        return False
    return leads(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def is_of_provider(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Does `actor` belong to the training provider today, acting for it?"""
    if actor.organisation_id != apprenticeship.provider_id:
        return False
    return Membership.objects.acting(actor).filter(role__in=STAFF_ROLES).exists()
