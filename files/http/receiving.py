"""Taking in one piece of an upload: into the spool and onto the disk, then into the row; the last one finishes it."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, TypeVar
from uuid import UUID

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from core import clock
from core.errors import Incomplete, OutOfTurn
from files import spool
from files.spool import Cancelled

CHUNK_BYTES = 256 * 1024


class Upload(Protocol):
    """The row of an upload, as far as receiving it goes."""

    size_bytes: int
    received_bytes: int
    finished_at: datetime | None
    expires_at: datetime


Row = TypeVar("Row", bound=Upload)
Found = TypeVar("Found", bound=Upload, covariant=True)


class Rows(Protocol[Found]):
    """Where the rows of uploads are kept: whoever calls `receive` says how to read and change them."""

    def find(self, upload_id: UUID) -> Found | None:
        """The row, unless it is gone."""

    def note_received(self, upload_id: UUID, before_bytes: int, received_bytes: int) -> bool:
        """Move on how far it has come, if it still stands at `before_bytes`; returns whether it did."""

    def finish(self, upload_id: UUID, content: BinaryIO) -> Found:
        """Keep the whole file, or refuse it for what it is."""


class OtherOffset(OutOfTurn):
    """The piece begins elsewhere than where the upload stands, at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("We have received %(offset)s bytes of this file. Continue from there.") % {"offset": offset})
        self.offset = offset


class PieceTooLong(Incomplete):
    """It would make the file longer than was announced."""

    status = 413

    def __init__(self) -> None:
        super().__init__(_("The file is larger than expected. Add it again."))


class PieceChanged(Incomplete):
    """What arrived is not what was sent: nothing of it is kept."""

    status = 460

    def __init__(self) -> None:
        super().__init__(_("Part of the file was damaged on the way. Sending it again."))


class PieceCutOff(Incomplete):
    """The sender went silent or was too slow, so that the piece could not be checked: nothing of it is kept."""

    status = 408

    def __init__(self) -> None:
        super().__init__(_("Part of the file did not arrive. Sending it again."))


@dataclass(frozen=True)
class Piece:
    """A piece as its request announces it. `checksum` is the algorithm and the digest, where there is one."""

    offset: int
    length: int
    checksum: tuple[str, bytes] | None = None


def receive(rows: Rows[Row], upload_id: UUID, piece: Piece, request: HttpRequest) -> Row:
    """Take in a piece from the request's body, and finish the upload with the last one. Memory does not grow.

    What came of a piece that was cut off stays, unless the piece has a checksum. The row moves on when the bytes are
    on the disk; over the last piece it moves when the upload is finished, so that whoever is cut off in the middle of
    that sends the piece again and all is done.

    Raises:
        Held, Cancelled, OtherOffset, PieceTooLong, PieceChanged, PieceCutOff: nothing changed.
        and what `rows.finish` raises.
    """
    with spool.held(upload_id) as part:
        upload = rows.find(upload_id)
        if upload is None or (upload.finished_at is None and upload.expires_at <= clock.now()):
            spool.remove(upload_id)
            raise Cancelled
        if upload.finished_at:
            spool.remove(upload_id)
            raise OtherOffset(upload.received_bytes)
        _require_all_that_came(rows, part, upload_id, upload)
        if piece.offset != upload.received_bytes:
            raise OtherOffset(upload.received_bytes)
        if piece.length > upload.size_bytes - piece.offset:
            raise PieceTooLong
        received_bytes = piece.offset + _write(part, piece, request)
        if received_bytes < upload.size_bytes:
            if not rows.note_received(upload_id, piece.offset, received_bytes):
                raise Cancelled
            upload.received_bytes = received_bytes
            return upload
        upload = rows.finish(upload_id, part)
        spool.remove(upload_id)
        return upload


def _require_all_that_came(rows: Rows[Row], part: BinaryIO, upload_id: UUID, upload: Row) -> None:
    """Go back where the spool has less than the row says: it was lost, or the row is an older one's.

    Raises:
        OtherOffset: it had to go back.
    """
    present_bytes = os.fstat(part.fileno()).st_size
    if present_bytes < upload.received_bytes:
        rows.note_received(upload_id, upload.received_bytes, present_bytes)
        raise OtherOffset(present_bytes)


def _write(part: BinaryIO, piece: Piece, request: HttpRequest) -> int:
    """Put the piece where it belongs, on the disk; returns how many bytes of it came."""
    part.truncate(piece.offset)
    part.seek(piece.offset)
    digest = hashlib.new(piece.checksum[0], usedforsecurity=False) if piece.checksum else None
    came = 0
    try:
        while came < piece.length:
            if not (chunk := request.read(min(CHUNK_BYTES, piece.length - came))):
                break
            _write_all(part, chunk)
            came += len(chunk)
            if digest:
                digest.update(chunk)
    except UnreadablePostError:
        pass  # the sender is gone or silent; what came is whole as far as it goes
    if digest and piece.checksum and (came < piece.length or digest.digest() != piece.checksum[1]):
        part.truncate(piece.offset)
        raise PieceCutOff if came < piece.length else PieceChanged
    os.fsync(part.fileno())
    return came


def _write_all(part: BinaryIO, chunk: bytes) -> None:
    """An unbuffered file may take less than it is given."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[part.write(rest) :]
