"""Who may change the catalogue, and the private standards of a provider. Reading is a matter of `visible_to`."""

from accounts.access import administers, is_catalogue_keeper, is_provider_admin
from accounts.models import Organisation, User
from occupations.models import Revision


def can_import(user: User) -> bool:
    """Keepers import into the catalogue, and provider admins into what is their provider's own."""
    return is_catalogue_keeper(user) or is_provider_admin(user)


def can_change(user: User, owner: Organisation | None) -> bool:
    """Keepers change the catalogue; a provider's own standards (`owner`) are changed by its admins alone."""
    return is_catalogue_keeper(user) if owner is None else administers(user, owner)


def can_see_revisions(user: User) -> bool:
    """Whoever imports looks at texts that came in and differ from what is held, of the standards they may change."""
    return can_import(user)


def can_adopt(user: User, revision: Revision) -> bool:
    """Whoever may change its standard makes such a text the next correction of its version. It moves no learner."""
    return can_change(user, revision.version.standard.owner)


def can_see_record(user: User) -> bool:
    """Keepers read what was done to the catalogue, and who was made a keeper."""
    return is_catalogue_keeper(user)
