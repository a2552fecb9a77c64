"""The name that a person gave a file, made safe to show and to send back. It never decides where bytes are kept."""

import re

from django.utils.translation import gettext as _

from core import names

MAX_BYTES = 255
#: What follows the last dot is an ending up to this length; anything longer is part of the name.
MAX_ENDING_LENGTH = 16
#: They would be spaces otherwise; in a name of a file they are a trick.
LINE_ENDS = "\u2028\u2029"
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

    Cleaning a clean name changes nothing. Where nothing is left, the name is "file". A leading hyphen, which programs
    would take for an option, gets an underscore before it.
    """
    last_part = next((part for part in reversed(re.split(r"[/\\]", raw)) if part.strip(" .")), "")
    name = names.tidy("".join(c for c in last_part if not names.is_hidden(c) and c not in LINE_ENDS)).rstrip(" .")
    stem, dot, last = name.rpartition(".")
    if not dot or len(last) > MAX_ENDING_LENGTH:
        stem, dot, last = name, "", ""
    stem = stem.strip(" .") or _("file")
    if DEVICE.fullmatch(stem.partition(".")[0].rstrip()) or stem.startswith("-"):
        stem = f"_{stem}"
    room = MAX_BYTES - len(f"{dot}{last}".encode())
    return f"{_cut(stem, room)}{dot}{last}"


def _cut(text: str, room: int) -> str:
    """The longest beginning of `text` that fits into `room` bytes as UTF-8, whole characters only."""
    return text.encode()[:room].decode(errors="ignore").rstrip(" .")
