"""The keys of this installation: the one that signs packs, and those that signed earlier ones."""

from django.conf import settings

from reports.pack.notes import BadKey, PrivateKey, PublicKey


def signing_key() -> PrivateKey | None:
    """The key that signs packs; None where the operator has set none."""
    return PrivateKey.read(settings.PACK_KEY) if settings.PACK_KEY else None


def public_keys() -> list[PublicKey]:
    """The keys with which packs of this installation are checked, the newest first: that of today and older ones."""
    key = signing_key()
    older = [PublicKey.read(text) for text in settings.PACK_OLD_PUBLIC_KEYS]
    return [key.public, *(one for one in older if one != key.public)] if key else older


def fault() -> str:
    """What is wrong with the keys in the settings; empty if nothing is. It repeats no secret."""
    try:
        public_keys()
    except BadKey as bad:
        return str(bad)
    return ""
