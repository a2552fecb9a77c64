"""Places in files, in words and as addresses: “03:12–04:40”, “page 3”, and where a browser jumps to.

A marker travels as plain data, the same from its row and from a snapshot: portfolios.content.MarkerContent as JSON.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.canonical import canonical
from core.links import path_to
from portfolios.content import MarkerContent
from portfolios.models import EvidenceFile, Marker
from portfolios.viewing import ShownFile

_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{2})(?:[.,](\d{1,3}))?|(\d{1,6})(?:[.,](\d{1,3}))?")


def milliseconds(text: str) -> int | None:
    """The time that “3:12”, “1:02:03”, “192” (seconds) or “192.5” names; None where it names none."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        return None
    hours, minutes, seconds, part, only_seconds, only_part = match.groups()
    fraction = int((part or only_part or "0").ljust(3, "0"))
    if only_seconds is not None:
        return int(only_seconds) * 1000 + fraction
    if int(seconds) > 59 or (hours and int(minutes) > 59):
        return None
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + fraction


def time_in_words(time_ms: int) -> str:
    """A time in a recording as a player shows it: 03:12, or 1:02:03."""
    minutes, seconds = divmod(time_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def as_data(marker: Marker) -> dict[str, Any]:
    """A marker as plain data, as EvidenceContent keeps it."""
    written: dict[str, Any] = canonical(vars(MarkerContent.of(marker)))
    return written


def marks_of(markers: Iterable[Marker], files: Iterable[EvidenceFile | ShownFile]) -> dict[str, Any]:
    """The markers and files of a working copy, in the form in which a snapshot's content has them."""
    return {
        "markers": [as_data(marker) for marker in markers],
        "files": [{"id": str(file.pk), "name": file.name} for file in files],
    }


@dataclass(frozen=True)
class Place:
    """A marker for showing: what it points at and how to get there."""

    data: dict[str, Any]
    file_name: str

    @property
    def file_id(self) -> str:
        return str(self.data["file"])

    @property
    def note(self) -> str:
        return str(self.data["note"])

    @property
    def where(self) -> str:
        """The place in words."""
        data = self.data
        if data["starts_ms"] is not None:
            begin = time_in_words(data["starts_ms"])
            return f"{begin}–{time_in_words(data['ends_ms'])}" if data["ends_ms"] is not None else begin
        if data["left"] is None:
            return _("page %(number)s") % {"number": data["page"]}
        return _("region of page %(number)s") % {"number": data["page"]} if data["page"] else _("region")

    @property
    def url(self) -> str:
        """The file itself, opened at the place as far as browsers know how (media fragments, PDF pages)."""
        address = path_to("file", self.file_id)
        data = self.data
        if data["starts_ms"] is not None:
            end = f",{data['ends_ms'] / 1000:g}" if data["ends_ms"] is not None else ""
            return f"{address}#t={data['starts_ms'] / 1000:g}{end}"
        return f"{address}#page={data['page']}" if data["page"] else address


def places(markers: Iterable[dict[str, Any]], files: Iterable[dict[str, Any]], code: str | None = None) -> list[Place]:
    """Markers for showing, in the order of their files.

    Args:
        files: id and name of each file; a marker of a file that is not among them is left out.
        code: only those that show this KSB.
    """
    if not markers:
        return []
    names = {str(file["id"]): file["name"] for file in files}
    order = {file: number for number, file in enumerate(names)}
    shown = [
        Place(marker, names[marker["file"]])
        for marker in markers
        if marker["file"] in names and code in (None, marker["ksb"])
    ]
    return sorted(shown, key=lambda place: order[place.file_id])
