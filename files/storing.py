"""Keeping the bytes of files: written whole and hashed before any row names them, never overwritten, checked later."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _

from core.outages import StorageFault

CHUNK_BYTES = 256 * 1024
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


@dataclass(frozen=True)
class StoredFile:
    """What was kept, as counted and hashed while it was written."""

    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Copy:
    """The bytes that somebody gets: where they are kept, what they are called, and what they are."""

    key: str
    name: str
    content_type: str
    size_bytes: int
    sha256: str


class DurableFileSystemStorage(FileSystemStorage):
    """A folder in which what `save` has returned for is whole, and stays through a power cut."""

    def _save(self, name: str, content: "File[bytes]") -> str:
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
        """Make `folder` and what is missing above it. Returns all folders that gain an entry by an object in it."""
        changed = [folder]
        if not folder.exists():
            changed += self._make_folder(folder.parent)
            folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        return changed

    def opened_at(self, name: str, first: int) -> BinaryIO:
        """An object, to be read from this byte on."""
        file = open(self.path(name), "rb")  # noqa: SIM115  (whoever asked closes it)
        file.seek(first)
        return file


if TYPE_CHECKING:
    _Bytes = File[bytes]
else:
    _Bytes = File


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Counted(_Bytes):
    """A file that hashes and counts what is read from it in chunks."""

    def __init__(self, file: "File[bytes]") -> None:
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


def store(upload: "File[bytes]", key: str) -> StoredFile:
    """Write the bytes of `upload` under `key`, which must be new, and return their count and hash.

    Memory does not grow with the file. When this returns, the bytes are on disk; if it raises, nothing is left.

    Raises:
        FileExistsError: an object has this key.
        StorageFault: the storage is full or away.
    """
    counted = _Counted(upload)
    try:
        kept_as = default_storage.save(key, counted)
    except (StorageFault, FileExistsError):
        raise
    except OSError as fault:
        raise StorageFault(fault.errno, f"{key} could not be kept: {fault}") from fault
    if kept_as != key:
        default_storage.delete(kept_as)
        raise FileExistsError(f"{key} is taken")
    if counted.counted_bytes != upload.size:
        default_storage.delete(key)
        raise OSError(f"{upload.size} bytes were announced for {key} and {counted.counted_bytes} came")
    return StoredFile(key, counted.counted_bytes, counted.digest.hexdigest())


@contextmanager
def stored(upload: "File[bytes]", key: str, *, is_named: Callable[[str], bool]) -> Iterator[StoredFile]:
    """Keep the bytes of `upload` for a row that the block saves and commits; if it fails, they go again.

    The bytes are written before the block begins, so open the transaction inside it: no lock is held while writing.

        with stored(upload, key, is_named=may_be_named) as file, transaction.atomic():
            ...

    Args:
        is_named: returns whether a row may name the object, which then stays whatever failed.
    """
    kept = store(upload, key)
    try:
        yield kept
    except BaseException:
        if not is_named(key):
            remove(key)
        raise


def remove(key: str) -> None:
    """Remove an object that no row names."""
    default_storage.delete(key)


def clear(key: str, *, is_named: Callable[[str], bool]) -> None:
    """Remove what a call of `stored` that was killed may have left under `key`, unless a row names it."""
    if not is_named(key):
        remove(key)
        remove(f"{key}.part")


def opened(key: str, first: int = 0) -> BinaryIO:
    """An object, to be read from this byte on; nothing before it is fetched. Whoever asked closes it.

    Raises:
        FileNotFoundError: there is none with this key.
        OSError: it cannot be read.
    """
    if hasattr(default_storage, "opened_at"):
        return cast(BinaryIO, default_storage.opened_at(key, first))
    file = default_storage.open(key)
    file.seek(first)
    return cast(BinaryIO, file)


@contextmanager
def at_hand(key: str, folder: Path) -> Iterator[Path]:
    """An object as a file of this machine: itself where it is one, else a copy in `folder`, gone afterwards."""
    try:
        yield Path(default_storage.path(key))
        return
    except NotImplementedError:
        pass
    copy = folder / "at-hand"
    with opened(key) as content, copy.open("wb") as file:
        shutil.copyfileobj(content, file, CHUNK_BYTES)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def content_fault(key: str, expected_bytes: int, expected_sha256: str) -> str | None:
    """What is wrong with the bytes of an object, in words; None if they are the ones that were kept."""
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with opened(key) as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size_bytes += len(chunk)
    except FileNotFoundError:
        return _("its content is missing")
    except OSError:
        return _("its content cannot be read")
    if size_bytes != expected_bytes:
        return _("its content has %(found)s bytes instead of %(expected)s") % {
            "found": size_bytes,
            "expected": expected_bytes,
        }
    if digest.hexdigest() != expected_sha256:
        return _("its content was changed")
    return None
