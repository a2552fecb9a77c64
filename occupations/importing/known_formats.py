"""The formats that standards come in, recognised by content unless somebody names the format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.importing.formats import (
    assessment_json,
    course_page,
    courses_json,
    csv_table,
    decoding,
    documents,
    hand_made,
    ifate_json,
    map_page,
    metadata_json,
    standard_page,
)
from occupations.importing.formats.json_records import UTF_16, is_json
from occupations.importing.identity import NOTHING, Given, identified

#: How much of the beginning of JSON is looked at to tell what it is; a page is looked at as a whole.
HEAD_BYTES = 64 * 1024

Readings = Iterator[StandardDraft | Refused]


@dataclass(frozen=True)
class Format:
    """One format: what it is called, what people call it, whether a source looks like it, and its reader.

    `recognises` gets the first HEAD_BYTES of JSON, or all of a page, and the source's name. `read` gives a draft per
    standard, or, in a source of many, a `Refused` for one that cannot be taken; it raises `Refused` for a source that
    cannot be read at all.
    """

    name: str
    label: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[BinaryIO, str], Readings]


def _page(looks_like: Callable[[documents.Document], bool]) -> Callable[[bytes, str], bool]:
    """Whether a source is text of such a page."""

    def recognises(head: bytes, name: str) -> bool:
        try:
            return not is_json(head) and looks_like(documents.document(head, name))
        except Refused:
            return False

    return recognises


#: In the order in which they are tried: the ones that are surest of themselves first.
FORMATS: list[Format] = [
    Format("courses-json", "answer of the Courses API (JSON)", courses_json.recognises, courses_json.read),
    Format("assessment-json", "assessment mapping (JSON)", assessment_json.recognises, assessment_json.read),
    Format("metadata-json", "page metadata (JSON)", metadata_json.recognises, metadata_json.read),
    Format("ifate-json", "record of the public API (JSON)", ifate_json.recognises, ifate_json.read),
    Format("csv", "spreadsheet (CSV)", csv_table.recognises, csv_table.read),
    Format("map-page", "occupational-map page", _page(map_page.looks_like), map_page.read),
    Format("standard-page", "page of a standard", _page(standard_page.looks_like), standard_page.read),
    Format("course-page", "course page", _page(course_page.looks_like), course_page.read),
    Format("hand-made", "Markdown, HTML or text made by hand", _page(hand_made.looks_like), hand_made.read),
]
BY_NAME = {known.name: known for known in FORMATS}


def read(stream: BinaryIO, name: str, forced: Format | None = None, given: Given = NOTHING) -> Readings:
    """What a source says of each standard in it, with reference and version, or why one cannot be taken.

    Raises:
        Refused: the source cannot be read at all, or is in no format that is known.
    """
    head = stream.read(HEAD_BYTES)
    if not forced and not is_json(head):
        head += stream.read(decoding.MAX_BYTES)
    stream.seek(0)
    known = forced or format_of(head, name)
    for reading in known.read(stream, name):
        yield identified(reading, name, given)


def format_of(head: bytes, name: str) -> Format:
    """The format of a source.

    Raises:
        Refused: it looks like none of them.
    """
    for known in FORMATS:
        if known.recognises(head, name):
            return known
    if head.startswith(UTF_16) and is_json(head.decode("utf-16", "replace").encode("utf-8", "replace")):
        raise Refused(Problem(name, 1, "the file is JSON in UTF-16; save it as UTF-8 text"))
    if not is_json(head):
        documents.document(head, name)  # says what is wrong with what is no text at all
    raise Refused(Problem(name, 1, "this is not a standard in any format we recognise"))
