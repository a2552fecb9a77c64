"""Who may submit, judge and sign off."""

from accounts.access import roles_of, runs_provider
from accounts.models import ROLES_OF_KIND, Membership, Organisation, Role
from apprenticeships.access import (
    administers,
    assesses,
    has_conflict,
    is_assessor_of,
    is_competent_assessor_of,
    is_open,
)
from apprenticeships.models import Apprenticeship
from assessments.models import Submission
from core.actor import Actor


def works_queue(actor: Actor) -> bool:
    """Whether submissions wait for `actor` as an assessor."""
    return Role.ASSESSOR in roles_of(actor)


def sees_queue(actor: Actor) -> bool:
    """Whether `actor` may look at what waits to be judged: as an assessor, or as one who oversees the provider."""
    return bool(roles_of(actor) & {Role.ASSESSOR, Role.IQA, Role.PROVIDER_ADMIN, Role.MANAGER, Role.VIEWER})


def judges(actor: Actor, submission: Submission) -> bool:
    """Whether `actor` is the one to judge it now: for what pages offer. Rules of change ask `can_decide`."""
    apprenticeship = submission.evidence.apprenticeship
    return submission.submitted_by_id != actor.person_id and is_open(apprenticeship) and assesses(actor, apprenticeship)


def can_decide(actor: Actor, submission: Submission) -> bool:
    """The assigned assessor judges, perhaps one in training; never the apprentice, never who submitted it."""
    return submission.submitted_by_id != actor.person_id and is_assessor_of(actor, submission.evidence.apprenticeship)


def can_sign_off(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor signs KSBs off, and withdraws a sign-off; not one who is in training."""
    return is_competent_assessor_of(actor, apprenticeship)


def can_countersign(actor: Actor, submission: Submission) -> bool:
    """An assigned assessor who is competent in the standard countersigns; never who submitted it.

    Who made the decision is in training, or was: that it is not their own is asked of each decision.
    """
    is_own = submission.submitted_by_id == actor.person_id
    return not is_own and is_competent_assessor_of(actor, submission.evidence.apprenticeship)


def can_set_policy(actor: Actor, provider: Organisation) -> bool:
    """Admins of the provider set what it takes to sign a KSB off."""
    return administers(actor, provider)


def reads_policies(actor: Actor) -> bool:
    """Whether `actor` belongs to a training provider, whose people all read what it takes to sign a KSB off."""
    return bool(roles_of(actor) & set(ROLES_OF_KIND[Organisation.Kind.PROVIDER]))


def keeps_comments(actor: Actor) -> bool:
    """Assessors keep comments of their own, and use the provider's."""
    return Role.ASSESSOR in roles_of(actor)


def manages_comments(actor: Actor) -> bool:
    """Quality assurers and admins look after the provider's comments."""
    return bool(roles_of(actor) & {Role.IQA, Role.PROVIDER_ADMIN})


def can_set_rules(actor: Actor, provider: Organisation) -> bool:
    """Admins set which rules of evidence their own provider's assessors tick."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(actor, provider)


def can_move(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Admins of the provider choose the option, and move learners between texts of their standard."""
    return administers(actor, apprenticeship.provider)


def asks_testimony(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may ask witnesses and experts: for what pages offer. Changes ask `can_ask_testimony`."""
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_open(apprenticeship) and (is_own or assesses(actor, apprenticeship))


def can_ask_testimony(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The apprentice and the assigned assessor ask witnesses and experts about evidence that was sent."""
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_open(apprenticeship) and (is_own or is_assessor_of(actor, apprenticeship))


def asks_employer(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may ask the employer: for what pages offer. Changes ask `can_ask_employer`."""
    is_admin = runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_open(apprenticeship) and not is_own and (is_admin or assesses(actor, apprenticeship))


def can_ask_employer(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor and the provider's admins ask the employer; never the apprentice."""
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    return is_assessor_of(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def brings_in(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may bring in what was recorded elsewhere: for what pages offer. Changes ask `can_bring_in`."""
    is_admin = runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id
    return is_admin and is_open(apprenticeship) and apprenticeship.apprentice_id != actor.person_id


def can_bring_in(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Admins bring in what another provider recorded; never for themself."""
    return apprenticeship.apprentice_id != actor.person_id and administers(actor, apprenticeship.provider)


def takes_out(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may take a list out again: for what pages offer. Changes ask `can_take_out`."""
    is_assurer = Role.IQA in roles_of(actor) and actor.organisation_id == apprenticeship.provider_id
    is_other = apprenticeship.apprentice_id != actor.person_id and not has_conflict(actor.person_id, apprenticeship)
    return brings_in(actor, apprenticeship) or (is_assurer and is_other and is_open(apprenticeship))


def can_take_out(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Admins and internal quality assurers take a list of sign-offs made elsewhere out again; never for themself.

    No quality assurer with a conflict of interest does.
    """
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    held = Membership.objects.acting(actor).filter(organisation=apprenticeship.provider_id, role=Role.IQA)
    is_assurer = held.exists() and not has_conflict(actor.person_id, apprenticeship)
    return is_assurer or administers(actor, apprenticeship.provider)
