"""HEIC: few programs show it, and its container hides details in many places, so others get a JPEG made from it."""

import io
from typing import BinaryIO

from files.opening.cleaning import exif
from files.opening.cleaning.pieces import NOTES, Cleaned, names_in
from files.opening.looking.pictures import opened, upright

_QUALITY = 90


def clean(file: BinaryIO) -> Cleaned:
    """The picture as a JPEG, the right way up, with its colours and when it was taken."""
    picture = opened(file)
    block = picture.info.get("exif") or b""
    details = exif.read(bytes(block).removeprefix(b"Exif\0\0")) if block else exif.Exif()
    details.orientation = 1  # the decoder has turned it
    colours = picture.info.get("icc_profile")
    content = io.BytesIO()
    extra = {"icc_profile": colours} if colours else {}
    if kept := details.kept():
        extra["exif"] = b"Exif\0\0" + kept
    upright(picture).convert("RGB").save(content, "JPEG", quality=_QUALITY, **extra)
    removed = details.names | (names_in(bytes(picture.info["xmp"])) if picture.info.get("xmp") else set())
    return Cleaned([content.getvalue()], removed or {NOTES})
