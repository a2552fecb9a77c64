"""The folder in which uploads under way grow, a file each. Whoever adds to one holds its lock, in whatever process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import OutOfTurn

_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


class Held(OutOfTurn):
    """Another request adds to this upload just now: often one whose sender has gone and that does not know it yet."""

    status = 423

    def __init__(self) -> None:
        super().__init__(_("This file is already being sent. Try again in a moment."))


class Cancelled(OutOfTurn):
    """The upload was given up, or ran out."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This upload expired or was cancelled. Add the file again."))


def folder() -> Path:
    """Where the parts lie. Its own folder: nothing else is swept from it."""
    return Path(settings.UPLOAD_SPOOL)


def path_of(upload_id: UUID) -> Path:
    return folder() / upload_id.hex


@contextmanager
def held(upload_id: UUID) -> Iterator[BinaryIO]:
    """The part of an upload, to read and write, for this request alone. It is made where there is none.

    Raises:
        Held: somebody else has it.
    """
    folder().mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    with os.fdopen(os.open(path_of(upload_id), os.O_RDWR | os.O_CREAT, _FILE_MODE), "r+b", buffering=0) as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held from None
        yield part


def remove(upload_id: UUID) -> None:
    """Free the room of a part. Somebody who holds it just now writes on to where nobody looks."""
    path_of(upload_id).unlink(missing_ok=True)


def parts() -> Iterator[tuple[UUID, float]]:
    """Each upload of which there is a part, and when that was last written to (seconds since 1970)."""
    if not folder().is_dir():
        return
    for entry in os.scandir(folder()):
        try:
            yield UUID(entry.name), entry.stat().st_mtime
        except (ValueError, FileNotFoundError):
            continue
