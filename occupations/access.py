"""Who may do what with the catalogue. Reading it is for everybody who is signed in."""

from accounts.access import is_provider_admin
from accounts.models import User


def can_import(user: User) -> bool:
    """Provider admins bring standards in."""
    return is_provider_admin(user)


def can_see_revisions(user: User) -> bool:
    """Provider admins look at texts that came in and differ from what is held."""
    return is_provider_admin(user)


def can_adopt(user: User) -> bool:
    """Provider admins make such a text the next correction of its version. It moves no learner."""
    return is_provider_admin(user)
