"""Who chooses pieces for the assessment organisation, and who sets what its plan asks."""

from accounts.access import runs_provider
from accounts.models import Organisation
from apprenticeships.access import administers, assesses, is_assessor_of, is_open
from apprenticeships.models import Apprenticeship
from core.actor import Actor


def chooses(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may choose pieces: for what pages offer. Changes ask `can_choose`."""
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_open(apprenticeship) and (is_own or assesses(actor, apprenticeship))


def can_choose(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The apprentice and the assigned assessor choose, until the gateway closes the portfolio."""
    is_own = apprenticeship.apprentice_id == actor.person_id
    return is_open(apprenticeship) and (is_own or is_assessor_of(actor, apprenticeship))


def sets_rules(actor: Actor, provider: Organisation | None) -> bool:
    """Whether `actor` may see and set what plans ask: for what pages offer. Changes ask `can_set_rules`."""
    return provider is not None and provider.kind == Organisation.Kind.PROVIDER and runs_provider(actor)


def can_set_rules(actor: Actor, provider: Organisation) -> bool:
    """Admins set what the plans of their apprentices' standards ask."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(actor, provider)


def owns_portfolio(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Apprentices have their whole portfolio, also once it is closed."""
    return apprenticeship.apprentice_id == actor.person_id and apprenticeship.undone_at is None


def asks_for_pack(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may have a pack made: for what pages offer. Changes ask `can_ask_for_pack`."""
    if apprenticeship.apprentice_id == actor.person_id or apprenticeship.undone_at:
        return False
    is_admin = runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id
    return is_admin or assesses(actor, apprenticeship)


def can_ask_for_pack(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor and the provider's admins hand a portfolio over; also once it is closed."""
    if apprenticeship.apprentice_id == actor.person_id or apprenticeship.undone_at:
        return False
    return is_assessor_of(actor, apprenticeship) or administers(actor, apprenticeship.provider)
