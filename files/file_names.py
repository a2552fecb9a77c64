"""The name that a person gave a file, made safe to show and to send back. It never decides where bytes are kept."""

import re
import unicodedata

from django.utils.translation import gettext as _

MAX_BYTES = 255
#: What follows the last dot is an ending up to this length; anything longer is part of the name.
MAX_ENDING_LENGTH = 16
#: Two invisible characters that Persian, Hindi and joined emoji are written with; no other of their kind is kept.
JOINERS = "\u200c\u200d"
#: Control, formatting (which includes every bidi control) and lone surrogate characters, line and paragraph separators.
DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}

#: Names that Windows keeps for devices, with whatever ending: nobody could save such a file there.
DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def ending(name: str) -> str:
    """What follows the last dot, in lower case; empty where there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if stem and dot and len(last) <= MAX_ENDING_LENGTH else ""


def with_ending(name: str, new_ending: str) -> str:
    """The clean name of a copy in another format."""
    stem = name[: -len(ending(name)) - 1] if ending(name) else name
    return f"{_cut(stem, MAX_BYTES - len(new_ending.encode()) - 1)}.{new_ending}"


def clean_name(raw: str) -> str:
    """`raw` as it may be kept: NFC, no folders, no control or bidi characters, at most 255 bytes with its ending.

    Cleaning a clean name changes nothing. Where nothing is left, the name is "file".
    """
    last_part = re.split(r"[/\\]", raw)[-1]
    visible = "".join(c for c in last_part if c in JOINERS or unicodedata.category(c) not in DROPPED_CATEGORIES)
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", visible)).rstrip(" .")
    stem, dot, last = name.rpartition(".")
    if not dot or len(last) > MAX_ENDING_LENGTH:
        stem, dot, last = name, "", ""
    stem = stem.strip(" .") or _("file")
    if DEVICE.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    room = MAX_BYTES - len(f"{dot}{last}".encode())
    return f"{_cut(stem, room)}{dot}{last}"


def _cut(text: str, room: int) -> str:
    """The longest beginning of `text` that fits into `room` bytes as UTF-8, whole characters only."""
    return text.encode()[:room].decode(errors="ignore").rstrip(" .")
