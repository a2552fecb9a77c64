"""Who may change the catalogue, and the private standards of a provider. Reading is a matter of `visible_to`."""

from accounts.access import administers, is_catalogue_keeper, is_provider_admin, keeps_catalogue, runs_provider
from accounts.models import Organisation
from core.actor import Actor
from occupations.models import Revision


def imports(actor: Actor) -> bool:
    """Whether `actor` imports at all: for what pages offer. Rules of change ask `can_import`."""
    return keeps_catalogue(actor) or runs_provider(actor)


def can_import(actor: Actor) -> bool:
    """Keepers import into the catalogue, and provider admins into what is their provider's own."""
    return is_catalogue_keeper(actor) or is_provider_admin(actor)


def can_change(actor: Actor, owner: Organisation | None) -> bool:
    """Keepers change the catalogue; a provider's own standards (`owner`) are changed by its admins alone."""
    return is_catalogue_keeper(actor) if owner is None else administers(actor, owner)


def can_see_revisions(actor: Actor) -> bool:
    """Whoever imports looks at texts that came in and differ from what is held, of the standards they may change."""
    return can_import(actor)


def can_adopt(actor: Actor, revision: Revision) -> bool:
    """Whoever may change its standard makes such a text the next correction of its version. It moves no learner."""
    return can_change(actor, revision.version.standard.owner)


def can_see_record(actor: Actor) -> bool:
    """Keepers read what was done to the catalogue, and who was made a keeper."""
    return is_catalogue_keeper(actor)
