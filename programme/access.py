"""Who may do what in the programme: hours, reviews and what else it asks besides evidence."""

from accounts.access import roles_of, runs_provider
from accounts.models import STAFF_ROLES, Membership, Organisation, Role
from apprenticeships.access import administers, assesses, is_assessor_of, is_mentor_of, looks_after
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.querysets import AssignmentQuerySet, reach_of
from core.actor import Actor
from programme.models import OffTheJobEntry, TrainingSession

#: In these nothing of what was declared at the gateway is changed.
PAST_GATEWAY = (
    Apprenticeship.Status.PAST_GATEWAY,
    Apprenticeship.Status.ACHIEVED,
    Apprenticeship.Status.NOT_ACHIEVED,
)


def holds_reviews(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` holds its reviews today: for what pages offer. Rules of change ask `can_hold_reviews`."""
    reach = reach_of(actor)
    return apprenticeship.pk in reach.assessing | reach.watching and apprenticeship.apprentice_id != actor.person_id


def can_hold_reviews(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor or trainer plans, holds and writes up reviews; never the apprentice."""
    return looks_after(actor, apprenticeship)


def can_plan_reviews(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whoever holds them plans, moves and cancels them, and so do admins of the provider, who chase."""
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    return looks_after(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def can_record_attainments(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whoever plans reviews records English, maths and qualifications, too; never the apprentice."""
    return can_plan_reviews(actor, apprenticeship)


def can_declare(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor and admins declare for the provider that the training is complete; never the apprentice."""
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    return is_assessor_of(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def declares(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may declare for the provider: for what pages offer. The act asks `can_declare`."""
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    is_admin = runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id
    return is_admin or assesses(actor, apprenticeship)


def can_settle_gateway(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Admins return a gateway that is locked, and record results; nobody their own."""
    return apprenticeship.apprentice_id != actor.person_id and administers(actor, apprenticeship.provider)


def can_release(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Each party takes the declarations back until all three have declared."""
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_own or can_declare(actor, apprenticeship) or is_mentor_of(actor, apprenticeship)


def reads_hidden(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` reads the parts of a review that are not for the employer.

    These are about learning support and safeguarding: for the apprentice, whoever holds the reviews, admins of the
    provider and quality assurers, not for everybody who sees the learner.
    """
    if apprenticeship.apprentice_id == actor.person_id or holds_reviews(actor, apprenticeship):
        return True
    is_of_provider = actor.organisation_id == apprenticeship.provider_id
    return is_of_provider and bool(roles_of(actor) & {Role.PROVIDER_ADMIN, Role.IQA})


def can_set_template(actor: Actor, provider: Organisation) -> bool:
    """Admins build the form of their own provider’s reviews."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(actor, provider)


def oversees_reviews(actor: Actor) -> bool:
    """Whether `actor` is shown what an audit would ask about a provider’s reviews."""
    return bool(roles_of(actor) & {Role.PROVIDER_ADMIN, Role.IQA, Role.MANAGER})


def _held(actor: Actor, apprenticeship: Apprenticeship) -> AssignmentQuerySet:
    return Assignment.objects.live().filter(person=actor.person_id, apprenticeship=apprenticeship)


def can_log(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The apprentice enters their hours; their assessor or trainer does so on their behalf."""
    return apprenticeship.apprentice_id == actor.person_id or looks_after(actor, apprenticeship)


def can_import(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whoever enters hours brings in a log of them, and so do admins for learners who come from elsewhere."""
    return can_log(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def can_correct(actor: Actor, entry: OffTheJobEntry) -> bool:
    """The apprentice corrects what nobody confirmed yet; their assessor, trainer and the provider's admins anything."""
    apprenticeship = entry.apprenticeship
    if apprenticeship.apprentice_id == actor.person_id:
        return not hasattr(entry, "confirmation")
    return looks_after(actor, apprenticeship) or administers(actor, apprenticeship.provider)


def can_confirm(actor: Actor, entry: OffTheJobEntry) -> bool:
    """Whoever delivered the training confirms it, or the assessor or trainer; never the apprentice.

    A mentor who delivered it does so while they are its mentor.
    """
    apprenticeship = entry.apprenticeship
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    if looks_after(actor, apprenticeship):
        return True
    is_mentor = _held(actor, apprenticeship).filter(role="mentor", apprenticeship__employer=actor.organisation_id)
    acts = Membership.objects.acting(actor).filter(role="mentor")
    return entry.delivered_by_id == actor.person_id and is_mentor.exists() and acts.exists()


def can_correct_register(actor: Actor, session: TrainingSession, apprenticeship: Apprenticeship) -> bool:
    """The trainer of a session corrects who was there, while they look after the learner; admins always do."""
    is_trainer = session.trainer_id == actor.person_id and looks_after(actor, apprenticeship)
    return is_trainer or administers(actor, apprenticeship.provider)


def keeps_registers(actor: Actor) -> bool:
    """Whether `actor` gives sessions to learners: for what pages offer."""
    return bool(roles_of(actor) & {Role.ASSESSOR, Role.TRAINER})


def sees_registers(actor: Actor) -> bool:
    """Whether `actor` belongs to a training provider, whose people all see its registers."""
    return bool(roles_of(actor) & STAFF_ROLES)
