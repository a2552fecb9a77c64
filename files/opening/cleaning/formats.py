"""Which container each type of file is."""

from collections.abc import Callable
from typing import BinaryIO

from files.opening.cleaning import ebml, gif, iso, jpeg, png, sound, webp
from files.opening.cleaning.pieces import Cleaned


def _heic(file: BinaryIO) -> Cleaned:
    from files.opening.cleaning import heic  # loads the decoder

    return heic.clean(file)


CLEANERS: dict[str, Callable[[BinaryIO], Cleaned]] = {
    "image/jpeg": jpeg.clean,
    "image/png": png.clean,
    "image/webp": webp.clean,
    "image/gif": gif.clean,
    "image/heic": _heic,
    "video/mp4": iso.clean,
    "video/quicktime": iso.clean,
    "audio/mp4": iso.clean,
    "video/webm": ebml.clean,
    "audio/mpeg": sound.clean_mp3,
    "audio/wav": sound.clean_wav,
    "audio/ogg": sound.clean_ogg,
}
