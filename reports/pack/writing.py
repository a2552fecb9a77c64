"""Writing a pack: each file hashed as it is written, and at the end the manifest of them all and the signature."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from django.utils import timezone

from core.canonical import canonical
from files import storing
from files.storing import CHUNK_BYTES, Copy

MANIFEST, CHECKPOINT = "manifest.json", "checkpoint.txt"
MANIFEST_FORMAT = "craftmark-pack-manifest/1"
#: What is packed already is not worth packing again.
_PACKED = ("image/", "video/", "audio/", "application/pdf", "application/vnd")
_ZIP64_FROM = 2 * 1024**3


class Damaged(Exception):
    """A stored file is not what was kept: a pack with it would say what is not so."""


@dataclass
class PackFile:
    """A ZIP that is being written, all below one folder."""

    target: BinaryIO
    root: str
    made_at: datetime
    _files: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.target, "w", zipfile.ZIP_STORED, allowZip64=True)

    def text(self, path: str, text: str) -> None:
        """Add a page or data."""
        self.lines(path, [text])

    def json(self, path: str, value: Any) -> None:
        """Add a value as canonical JSON."""
        self.text(path, canonical_json(value))

    def lines(self, path: str, lines: Iterable[str]) -> None:
        """Add a text that comes piece by piece."""
        self._add(path, (line.encode() for line in lines), 0, is_packed=False)

    def copy(self, path: str, copy: Copy) -> None:
        """Add a stored file.

        Raises:
            Damaged: its bytes are not those that were kept.
            OSError: it cannot be read.
        """
        with storing.opened(copy.key) as file:
            chunks = iter(lambda: file.read(CHUNK_BYTES), b"")
            made = self._add(path, chunks, copy.size_bytes, is_packed=copy.content_type.startswith(_PACKED))
        if (made["size_bytes"], made["sha256"]) != (copy.size_bytes, copy.sha256):
            raise Damaged(path)

    def file(self, path: str, made: Path) -> None:
        """Add a file of this machine."""
        with made.open("rb") as file:
            self._add(path, iter(lambda: file.read(CHUNK_BYTES), b""), made.stat().st_size, is_packed=True)

    def manifest(self, pack: str) -> bytes:
        """Add the list of all files so far, and return it as it was written."""
        files = sorted(self._files, key=lambda file: str(file["path"]))
        written = canonical_json({"format": MANIFEST_FORMAT, "pack": pack, "files": files}).encode()
        with self._opened(MANIFEST, 0, is_packed=False) as out:
            out.write(written)
        return written

    def checkpoint(self, note: str) -> None:
        """Add the signed text."""
        with self._opened(CHECKPOINT, 0, is_packed=False) as out:
            out.write(note.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        """End the ZIP; the file that it is in stays open."""
        self._zip.close()

    def _add(self, path: str, chunks: Iterable[bytes], size_bytes: int, *, is_packed: bool) -> dict[str, Any]:
        digest, written = hashlib.sha256(), 0
        with self._opened(path, size_bytes, is_packed=is_packed) as out:
            for chunk in chunks:
                out.write(chunk)
                digest.update(chunk)
                written += len(chunk)
        made = {"path": path, "size_bytes": written, "sha256": digest.hexdigest()}
        self._files.append(made)
        return made

    def _opened(self, path: str, size_bytes: int, *, is_packed: bool) -> IO[bytes]:
        entry = zipfile.ZipInfo(f"{self.root}/{path}", timezone.localtime(self.made_at).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        # A plain file that its owner may write and everybody may read.
        entry.external_attr = 0o100644 << 16
        return self._zip.open(entry, "w", force_zip64=size_bytes >= _ZIP64_FROM)


def canonical_json(value: Any) -> str:
    """`value` as it is hashed: sorted keys, no spaces."""
    return json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
