"""The link in each mail that stops such mails: for whoever has the mail, without signing in.

It is made from the person, the kinds that the mail told of, and the site's secret, so no table holds it. All that can
be done with it is to get fewer mails.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.signing import BadSignature, Signer

from accounts.models import User
from notifications.kinds import Kind


def _signer() -> Signer:
    return Signer(salt="craftmark.notifications.stop", sep=".")


def token_of(person: User, kinds: Iterable[Kind]) -> str:
    """What stands in the address of the link."""
    return _signer().sign_object([person.pk.hex, [str(kind) for kind in kinds]])


def read(token: str) -> tuple[User, list[Kind]] | None:
    """Whose mail the link stood in, and what the mail told of, if the link is one of ours."""
    try:
        person, kinds = _signer().unsign_object(token)
        of = [Kind(kind) for kind in kinds if kind in Kind.values]
        found = User.objects.filter(pk=UUID(person)).first()
    except (BadSignature, ValueError, TypeError):
        return None
    return (found, of) if found else None
