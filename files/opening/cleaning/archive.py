"""Word, Excel, PowerPoint and OpenDocument files: pictures, sound and films inside them, cleaned like those outside.

Everything else in the document stays as it is. A picture that cannot be cleaned stays too, unless it tells of a place:
then it is encoded again, and where that cannot be, the whole document is not for others.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, BinaryIO, cast

from files.opening.cleaning import ebml, exif, gif, iso, jpeg, pieces, png, sound, webp
from files.opening.cleaning.pieces import POSITION, CannotClean

_CHUNK_BYTES = 1024 * 1024
#: A workbook inside a slide inside a document is as deep as anybody goes.
_MOST_LEVELS = 3
#: Which photo formats can be encoded again.
_PHOTOS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


@dataclass
class CleanedArchive:
    """The document's parts that change, by their names, and the names of what was taken out: none if nothing was."""

    parts: dict[str, "pieces.Cleaned | CleanedArchive"] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def write(self, source: BinaryIO, target: BinaryIO) -> None:
        """Write the copy: the same parts in the same order, packed in the same way."""
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", allowZip64=False) as new:
            for part in old.infolist():
                # Sizes and hash are those of the new content; a descriptor behind the part is not needed.
                copy = zipfile.ZipInfo(part.filename, part.date_time)
                copy.compress_type, copy.external_attr = part.compress_type, part.external_attr
                cleaned = self.parts.get(part.filename)
                with new.open(copy, "w") as to:
                    if cleaned is None:
                        with old.open(part) as content:
                            _copy(content, to)
                    else:
                        with _unpacked(old, part) as content:
                            cleaned.write(content, cast(BinaryIO, to))


def clean(file: BinaryIO, *, level: int = 1) -> CleanedArchive:
    """The same document, with cleaned pictures.

    Raises:
        CannotClean: a picture tells of a place that cannot be taken out, or documents stand in one another too deep.
    """
    made = CleanedArchive()
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            with archive.open(part) as content:
                head = content.read(16)
            cleaner = _cleaner(head, level)
            if cleaner is None and not _may_hold_details(head):
                continue
            with _unpacked(archive, part) as content:
                cleaned = _cleaned(content, head, cleaner)
            if cleaned is not None and cleaned.removed:
                made.parts[part.filename] = cleaned
                made.removed |= cleaned.removed
    return made


def _cleaner(head: bytes, level: int) -> Callable[[BinaryIO], "pieces.Cleaned | CleanedArchive"] | None:
    """What cleans a part that begins like this."""
    if head.startswith(b"PK\x03\x04"):
        if level == _MOST_LEVELS:
            raise CannotClean("it holds documents in documents in documents")
        return lambda file: clean(file, level=level + 1)
    if head[:4] == b"RIFF":
        return {b"WEBP": webp.clean, b"WAVE": sound.clean_wav}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return None if head[8:12] in (b"heic", b"heix", b"mif1") else iso.clean
    for beginning, cleaner in (
        (b"\xff\xd8\xff", jpeg.clean),
        (b"\x89PNG\r\n\x1a\n", png.clean),
        (b"GIF8", gif.clean),
        (b"\x1a\x45\xdf\xa3", ebml.clean),
        (b"OggS", sound.clean_ogg),
        (b"ID3", sound.clean_mp3),
    ):
        if head.startswith(beginning):
            return cleaner
    return None


def _may_hold_details(head: bytes) -> bool:
    """Whether a part of no known kind is worth a look for a place; text, which most parts are, is not."""
    return head[:4] in exif.TIFF or head[4:8] == b"ftyp" or not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def _cleaned(
    content: BinaryIO, head: bytes, cleaner: Callable[[BinaryIO], "pieces.Cleaned | CleanedArchive"] | None
) -> "pieces.Cleaned | CleanedArchive | None":
    if cleaner is not None:
        try:
            return cleaner(content)
        except CannotClean:
            if head.startswith(b"PK\x03\x04"):
                raise
        except Exception:  # noqa: BLE001, S110  (a damaged picture fails as it likes)
            pass
    content.seek(0)
    if not exif.tells_of_place(content.read()):
        return None
    return _encoded_again(content)


def _encoded_again(content: BinaryIO) -> pieces.Cleaned:
    from files.opening.looking.pictures import opened, upright  # loads the decoders

    for content_type, name in _PHOTOS.items():
        content.seek(0)
        try:
            picture = upright(opened(content, content_type))
            encoded = io.BytesIO()
            picture.save(encoded, name)
        except Exception:  # noqa: BLE001, S112  (not of this format, or damaged)
            continue
        return pieces.Cleaned([encoded.getvalue()], {POSITION})
    raise CannotClean("a picture in it tells of a place that cannot be taken out")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> BinaryIO:
    """A part as a nameless file in which one can go back and forth."""
    # Closed by whoever asked for it.
    unpacked: BinaryIO = tempfile.TemporaryFile(dir=".")  # noqa: SIM115
    with archive.open(part) as content:
        _copy(content, unpacked)
    unpacked.seek(0)
    return unpacked


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(_CHUNK_BYTES):
        target.write(chunk)
