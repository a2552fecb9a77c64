"""Photos and pictures: one small, one for the screen."""

import warnings
from typing import BinaryIO

from PIL import Image, ImageOps

from files.opening.looking.output import PICTURE_PIXELS, THUMBNAIL_PIXELS, CannotLook, Output

MOST_PIXELS = 60_000_000
_FORMATS = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/heic": ("HEIF",),
}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def opened(file: BinaryIO, content_type: str = "image/heic") -> Image.Image:
    """The picture, its header read and nothing decoded yet; by the decoder of its own type and no other."""
    if content_type == "image/heic":
        from pi_heif import register_heif_opener  # type: ignore[attr-defined]  # not named in its __all__

        register_heif_opener(thumbnails=False)
    picture = Image.open(file, formats=_FORMATS[content_type])
    if picture.width * picture.height > MOST_PIXELS:
        raise CannotLook("it has too many pixels")
    return picture


def upright(picture: Image.Image) -> Image.Image:
    """The picture as it is to be seen."""
    return ImageOps.exif_transpose(picture) or picture


def look(file: BinaryIO, content_type: str, output: Output) -> None:
    """The first frame, right way up: as large as a screen shows it, and small."""
    picture = opened(file, content_type)
    turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8) if content_type != "image/heic" else False
    output.width, output.height = picture.size[::-1] if turned else picture.size
    if content_type == "image/jpeg":
        picture.draft("RGB", (PICTURE_PIXELS, PICTURE_PIXELS))
    add_both(upright(picture), "picture", output)


def add_both(picture: Image.Image, kind: str, output: Output) -> None:
    """Keep a picture in the size of a screen, and as a thumbnail."""
    shown = fitted(picture, PICTURE_PIXELS)
    output.add(kind, shown)
    output.add("thumbnail", fitted(shown, THUMBNAIL_PIXELS))


def fitted(picture: Image.Image, longest: int) -> Image.Image:
    """A copy no longer than `longest`, on white where it is transparent."""
    colours = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode not in ("RGB", "L"):
        has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
        if picture.mode == "CMYK":
            colours = None  # a profile of inks does not fit the colours of a screen
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    picture = picture.convert("RGB")
    picture.info = {"icc_profile": colours} if colours else {}
    return picture
