"""Which container each type of file is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from files.opening.cleaning import archive, ebml, gif, iso, jpeg, png, sound, webp
from files.opening.cleaning.archive import CleanedArchive
from files.opening.cleaning.pieces import Cleaned

if TYPE_CHECKING:
    from files.opening.cleaning.pdf import CleanedPdf


def _heic(file: BinaryIO) -> Cleaned:
    from files.opening.cleaning import heic  # loads the decoder

    return heic.clean(file)


def _pdf(file: BinaryIO) -> "CleanedPdf":
    from files.opening.cleaning import pdf  # loads qpdf

    return pdf.clean(file)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

CLEANERS: dict[str, Callable[[BinaryIO], "Cleaned | CleanedArchive | CleanedPdf"]] = {
    "image/jpeg": jpeg.clean,
    "image/png": png.clean,
    "image/webp": webp.clean,
    "image/gif": gif.clean,
    "image/heic": _heic,
    "application/pdf": _pdf,
    "video/mp4": iso.clean,
    "video/quicktime": iso.clean,
    "audio/mp4": iso.clean,
    "video/webm": ebml.clean,
    "audio/mpeg": sound.clean_mp3,
    "audio/wav": sound.clean_wav,
    "audio/ogg": sound.clean_ogg,
    f"{_OFFICE}.wordprocessingml.document": archive.clean,
    f"{_OFFICE}.spreadsheetml.sheet": archive.clean,
    f"{_OFFICE}.presentationml.presentation": archive.clean,
    f"{_OPEN_DOCUMENT}.text": archive.clean,
    f"{_OPEN_DOCUMENT}.spreadsheet": archive.clean,
    f"{_OPEN_DOCUMENT}.presentation": archive.clean,
}
