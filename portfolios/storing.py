"""Keeping the bytes of files: written whole and hashed before any row names them, never overwritten, checked later."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django import db
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from portfolios.models import EvidenceFile

CHUNK_BYTES = 256 * 1024
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


@dataclass(frozen=True)
class StoredFile:
    """What was kept, as counted and hashed while it was written."""

    key: str
    size_bytes: int
    sha256: str


class DurableFileSystemStorage(FileSystemStorage):
    """A folder in which what `save` has returned for is whole, and stays through a power cut."""

    def _save(self, name: str, content: File) -> str:
        final = Path(self.path(name))
        part = final.with_name(f"{final.name}.part")
        changed_folders = self._make_folder(final.parent)
        # Taking the final name first fails if an object has it; replacing our own empty one later cannot.
        os.close(os.open(final, _NEW_FILE, _FILE_MODE))
        try:
            with open(os.open(part, _NEW_FILE, _FILE_MODE), "wb") as file:
                for chunk in content.chunks(CHUNK_BYTES):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.replace(final)
            for folder in changed_folders:
                _sync_folder(folder)
        except BaseException:
            part.unlink(missing_ok=True)
            final.unlink(missing_ok=True)
            raise
        return name

    def _make_folder(self, folder: Path) -> list[Path]:
        """Make `folder` and what is missing above it; answer all folders that gain an entry by an object in it."""
        changed = [folder]
        if not folder.exists():
            changed += self._make_folder(folder.parent)
            folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        return changed


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Counted(File):
    """A file that hashes and counts what is read from it in chunks."""

    def __init__(self, file: File) -> None:
        super().__init__(file, file.name)
        self.digest = hashlib.sha256()
        self.counted_bytes = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        assert self.file is not None, "an upload that was closed"
        self.file.seek(0)
        while chunk := self.file.read(chunk_size or CHUNK_BYTES):
            self.digest.update(chunk)
            self.counted_bytes += len(chunk)
            yield chunk


def store(upload: File, key: str) -> StoredFile:
    """Write the bytes of `upload` under `key`, which must be new, and answer their count and hash.

    Memory does not grow with the file. When this returns, the bytes are on disk; if it raises, nothing is left.

    Raises:
        FileExistsError: an object has this key.
        OSError: they could not all be written.
    """
    counted = _Counted(upload)
    kept_as = default_storage.save(key, counted)
    if kept_as != key:
        default_storage.delete(kept_as)
        raise FileExistsError(f"{key} is taken")
    if counted.counted_bytes != upload.size:
        default_storage.delete(key)
        raise OSError(f"{upload.size} bytes were announced for {key} and {counted.counted_bytes} came")
    return StoredFile(key, counted.counted_bytes, counted.digest.hexdigest())


@contextmanager
def stored(upload: File, key: str) -> Iterator[StoredFile]:
    """Keep the bytes of `upload` for a row that the block saves and commits; if it fails, they go again.

    The bytes are written before the block begins, so open the transaction inside it: no lock is held while writing.

        with stored(upload, key) as file, transaction.atomic():
            ...
    """
    kept = store(upload, key)
    try:
        yield kept
    except BaseException:
        if not _may_be_named(key):
            remove(key)
        raise


def remove(key: str) -> None:
    """Remove an object that no row names."""
    default_storage.delete(key)


def clear(key: str) -> None:
    """Remove what a call of `stored` that was killed may have left under `key`, which no row names."""
    if not _may_be_named(key):
        remove(key)
        remove(f"{key}.part")


def _may_be_named(key: str) -> bool:
    """Whether a row names the object: a commit may have reached the database although its answer was lost.

    Where the database cannot say, the object stays: one too many harms nobody.
    """
    from portfolios.models import EvidenceFile  # models checks its files with this module

    try:
        return EvidenceFile.objects.unscoped().filter(stored=key).exists()
    except db.Error:
        return True


def content_fault(evidence_file: "EvidenceFile") -> str | None:
    """What is wrong with the stored bytes of a file, in words; None if they are the ones that were added."""
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with default_storage.open(str(evidence_file.stored.name)) as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size_bytes += len(chunk)
    except FileNotFoundError:
        return _("its content is missing")
    except OSError:
        return _("its content cannot be read")
    if size_bytes != evidence_file.size_bytes:
        return _("its content has %(found)s bytes instead of %(expected)s") % {
            "found": size_bytes,
            "expected": evidence_file.size_bytes,
        }
    if digest.hexdigest() != evidence_file.sha256:
        return _("its content was changed")
    return None
