"""Receipts: what a signer keeps, and the address with which they can say that it was not them.

The address is made from the signature and the site's secret, so it can be told again, and no table holds it.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from signing.models import Signature


def _signer() -> Signer:
    return Signer(salt="craftmark.signing.receipt", sep=".")


def token_of(signature: Signature) -> str:
    """What stands in the address of its receipt."""
    return _signer().sign(signature.pk.hex)


def signature_of(token: str) -> Signature | None:
    """Whoever has the receipt: the signature that it is for, with what it was about, if the token is one of ours."""
    try:
        key = UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return (
        Signature.objects.unscoped()
        .select_related("link__apprenticeship__apprentice", "link__provider", "link__asked_by", "disavowal")
        .filter(pk=key)
        .first()
    )
