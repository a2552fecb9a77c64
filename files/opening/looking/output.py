"""What a look at a file found: pictures and words as files in a folder, and a list of them."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.readable import readable

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_CHARACTERS = 400_000
THUMBNAIL_PIXELS, PICTURE_PIXELS = 320, 2048
_QUALITY = 82


class CannotLook(Exception):
    """No decoder opens the file, or it asks for more than a file may."""


@dataclass
class Rendition:
    """One picture that was made."""

    kind: str
    number: int
    file: str
    content_type: str
    width: int
    height: int


@dataclass
class Output:
    """What was found so far."""

    folder: Path
    renditions: list[Rendition] = field(default_factory=list)
    words: str = ""
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    page_count: int | None = None

    def add(self, kind: str, picture: "Image", number: int = 1) -> None:
        """Keep a picture: as WebP where it is small, else as JPEG, which is quicker to make."""
        name = f"{kind}-{number}"
        colours = picture.info.get("icc_profile")
        extra = {"icc_profile": colours} if colours and len(colours) < 65_536 else {}
        if kind == "thumbnail":
            picture.save(self.folder / name, "WEBP", quality=_QUALITY, method=3)
        else:
            picture.save(self.folder / name, "JPEG", quality=_QUALITY, optimize=False, **extra)
        content_type = "image/webp" if kind == "thumbnail" else "image/jpeg"
        self.renditions.append(Rendition(kind, number, name, content_type, *picture.size))

    def add_words(self, text: str) -> None:
        """Keep words as a reader sees them, as far as there is room, without what a database cannot hold."""
        room = MOST_CHARACTERS - len(self.words)
        plain = readable(text[:room]).encode("utf-8", "replace").decode("utf-8")
        self.words += plain[:room]

    @property
    def is_full(self) -> bool:
        return len(self.words) >= MOST_CHARACTERS

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "folder"}
