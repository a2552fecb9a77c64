"""A title for a piece whose apprentice has not given one, from what came: their words, or else the first file."""

import re
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from files.file_names import ending
from portfolios.models import EvidenceFile

_LONGEST = 60
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
_MARKS = re.compile(r"^[#>\-*\s]+|[*_`]")
#: Names that cameras, phones and scanners give, which say nothing.
_NAMED_BY_A_DEVICE = re.compile(
    r"(?:img|dscn?|pxl|photo|image|pic|screenshot|whatsapp|vid|video|mov|movie|recording|audio|voice|scan|unknown)?[\W\d_]*"
    r"|(?:img|dsc|pxl|photo|image|screenshot|whatsapp|vid|recording|voice)\b.*\d.*",
    re.IGNORECASE,
)


def suggested_title(narrative: str, files: Iterable[EvidenceFile]) -> str:
    """The first words of what was written, the name of the first file, or what kind of file it is and today's date.

    Empty where nothing came yet.
    """
    if words := _first_words(narrative):
        return words
    file = next(iter(files), None)
    if file is None:
        return ""
    name = file.name[: -len(ending(file.name)) - 1] if ending(file.name) else file.name
    if not _NAMED_BY_A_DEVICE.fullmatch(name):
        return _first_words(name.replace("_", " ").replace("-", " "))
    today = date_format(clock.today(), "j F")
    if file.name.startswith(_("Voice note")) or file.media_kind == "audio":
        return _("Voice note, %(day)s") % {"day": today}
    if file.media_kind == "image":
        return _("Photo, %(day)s") % {"day": today}
    if file.media_kind == "video":
        return _("Video, %(day)s") % {"day": today}
    return _("Document, %(day)s") % {"day": today}


def _first_words(text: str) -> str:
    """The first sentence, or as many of its words as a title has room for."""
    first = _SENTENCE_END.split(_MARKS.sub("", text.strip()), maxsplit=1)[0].strip().rstrip(".")
    if len(first) > _LONGEST:
        first = first[: _LONGEST + 1].rpartition(" ")[0] or first[:_LONGEST]
    return first[:1].upper() + first[1:]
