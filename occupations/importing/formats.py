"""The formats that standards come in, recognised by content unless somebody names the format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from occupations.importing import assessment_json, courses_json, ifate_json, map_page, metadata_json
from occupations.importing.draft import Problem, Refused, StandardDraft

#: How much of the beginning of a source is looked at to tell what it is.
HEAD_BYTES = 64 * 1024

Readings = Iterator[StandardDraft | Refused]


@dataclass(frozen=True)
class Format:
    """One format: what it is called, what people call it, whether a source looks like it, and its reader.

    `recognises` gets the first HEAD_BYTES and the source's name. `read` gives a draft per standard, or, in a source of
    many, a `Refused` for one that cannot be taken; it raises `Refused` for a source that cannot be read at all.
    """

    name: str
    label: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[BinaryIO, str], Readings]


#: In the order in which they are tried: the ones that are surest of themselves first.
FORMATS: list[Format] = [
    Format("courses-json", "answer of the Courses API (JSON)", courses_json.recognises, courses_json.read),
    Format("assessment-json", "assessment mapping (JSON)", assessment_json.recognises, assessment_json.read),
    Format("metadata-json", "page metadata (JSON)", metadata_json.recognises, metadata_json.read),
    Format("ifate-json", "record of the public API (JSON)", ifate_json.recognises, ifate_json.read),
    Format("map-page", "occupational-map page", map_page.recognises, map_page.read),
]
BY_NAME = {known.name: known for known in FORMATS}


def format_of(head: bytes, name: str) -> Format:
    """The format of a source.

    Raises:
        Refused: it looks like none of them.
    """
    for known in FORMATS:
        if known.recognises(head, name):
            return known
    raise Refused(Problem(name, 1, "this is not a standard in any format that is known here"))
