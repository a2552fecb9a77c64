"""The text that a pack's signature is over: a record's size and root, and the hash of the manifest.

It knows neither the database nor the settings, so that a pack is checked anywhere.
"""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

_LINES = re.compile(
    r"(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"pack (?P<pack>[0-9a-f-]{36})\n"
    r"manifest (?P<manifest_bytes>[0-9]{1,12}) (?P<manifest_sha256>[0-9a-f]{64})\n"
    r"made (?P<made_at>[0-9T:.-]+Z)\n"
)


class BadCheckpoint(ValueError):
    """The signed text is not what a pack has."""


@dataclass(frozen=True)
class PackCheckpoint:
    """What a pack's signature says.

    Attributes:
        origin: whose record it is: the key's name, “/record/” and the id of the chain.
        size: how many entries the record had.
        root: the Merkle root over their hashes, in hex.
        pack: the id of the pack.
        manifest_bytes: the size of the manifest.
        manifest_sha256: its hash, in hex.
        made_at: when, in UTC as ISO 8601 with a Z.
    """

    origin: str
    size: int
    root: str
    pack: str
    manifest_bytes: int
    manifest_sha256: str
    made_at: str

    def text(self) -> str:
        """The text that is signed: the first three lines are those of every checkpoint."""
        return (
            f"{self.origin}\n{self.size}\n{b64encode(bytes.fromhex(self.root)).decode()}\n"
            f"pack {self.pack}\nmanifest {self.manifest_bytes} {self.manifest_sha256}\nmade {self.made_at}\n"
        )

    @classmethod
    def read(cls, text: str) -> Self:
        """What a signed text says.

        Raises:
            BadCheckpoint: it says something else.
        """
        found = _LINES.fullmatch(text)
        if not found:
            raise BadCheckpoint("its lines are not those of a checkpoint")
        try:
            root = b64decode(found["root"], validate=True).hex()
        except binascii.Error:
            raise BadCheckpoint("its root is no hash") from None
        return cls(
            found["origin"],
            int(found["size"]),
            root,
            found["pack"],
            int(found["manifest_bytes"]),
            found["manifest_sha256"],
            found["made_at"],
        )
