"""Signed notes: a short text with signatures below it, and the keys they are made with, as C2SP's signed-note says.

A note is the text, which ends with a line end, an empty line, and a line for each signature: an em dash, the key's
name, and in base64 four bytes of the key's id followed by the signature over the text. Only Ed25519 is known here.

It knows neither the database nor the settings, so that a pack is checked anywhere.
"""

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[a-z0-9][a-z0-9.:/-]{0,99}")
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")


class BadKey(ValueError):
    """This is not a key."""


class BadNote(ValueError):
    """This is not a signed note."""


@dataclass(frozen=True)
class PublicKey:
    """A key that checks signatures: its name, and its 32 bytes."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature says which key it is of."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that `name+id+base64` writes.

        Raises:
            BadKey: it is none, or its id is that of another.
        """
        name, given_id, raw = _parts(text)
        key = cls(name, raw)
        if key.id.hex() != given_id:
            raise BadKey("the id is not that of the key")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether `signature` is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, repr=False)
class PrivateKey:
    """A key that signs: its name, and its seed of 32 bytes. It is never shown."""

    name: str
    seed: bytes

    @classmethod
    def made(cls, name: str) -> Self:
        """A new key of this name.

        Raises:
            BadKey: the name is none: small letters, digits, dots and slashes, as of an address.
        """
        if not _NAME.fullmatch(name):
            raise BadKey("the name has other characters than small letters, digits, dots, slashes and hyphens")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self._key.public_key().public_bytes_raw())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def written(self) -> str:
        """The key as its file holds it."""
        return f"{_PRIVATE}{self.name}+{self.public.id.hex()}+{b64encode(_ED25519 + self.seed).decode()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that a file holds.

        Raises:
            BadKey: it holds none. The message does not repeat what it holds.
        """
        if not text.startswith(_PRIVATE):
            raise BadKey("it does not begin as a private key does")
        name, given_id, seed = _parts(text.removeprefix(_PRIVATE))
        key = cls(name, seed)
        if key.public.id.hex() != given_id:
            raise BadKey("the id is not that of the key")
        return key

    def sign(self, text: str) -> str:
        """`text`, which ends with a line end, as a note with this key's signature."""
        signature = b64encode(self.public.id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


@dataclass(frozen=True)
class Signature:
    """One signature of a note: by the key of this name and id, if it is true."""

    name: str
    key_id: bytes
    raw: bytes


@dataclass(frozen=True)
class Note:
    """A text and the signatures below it, none of which was checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, note: str) -> Self:
        """The parts of a note.

        Raises:
            BadNote: it is none.
        """
        text, gap, below = note.rpartition("\n\n")
        if not gap or not below.endswith("\n"):
            raise BadNote("it has no signatures below an empty line")
        signatures = []
        for line in below[:-1].split("\n"):
            found = _SIGNATURE.fullmatch(line)
            raw = _decoded(found[2]) if found else b""
            if not found or len(raw) != 4 + 64:
                raise BadNote("a line below its text is no signature")
            signatures.append(Signature(found[1], raw[:4], raw[4:]))
        return cls(f"{text}\n", tuple(signatures))

    def signer(self, keys: Iterable[PublicKey]) -> PublicKey | None:
        """The first of `keys` that signed the text. A signature of one of them that is false counts for nothing."""
        for key in keys:
            for signature in self.signatures:
                if (signature.name, signature.key_id) == (key.name, key.id) and key.signed(self.text, signature.raw):
                    return key
        return None


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.strip().partition("+")
    given_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[:1] != _ED25519:
        raise BadKey("it is not written as name+id+base64 of an Ed25519 key")
    return name, given_id, raw[1:]


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
