"""Splits a file of JSON into its records: one object, or a list of any length, held in memory one at a time."""

import codecs
import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, BinaryIO

from occupations.importing.draft import Problem, Refused, StandardDraft

#: The largest record known has 140 KB. Beyond this it is no record, or its end is not to be found.
MAX_RECORD_CHARACTERS = 4 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: A list that somebody keeps may begin with a bracket too: a link, or a box to tick.
_BEGINNING = re.compile(rb"\s*(?:\{|\[\s*(?:[{\[\"0-9-]|(?:true|false|null)\b|\]?\s*$))")
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|["{}\[\],]', re.DOTALL)
#: An object that is only the wrapping of a list: {"total": 3, "standards": [{ …
_WRAPPING = re.compile(
    r'\{(?:\s*"\w+"\s*:\s*(?:-?[0-9]+|"[^"\\]*"|null|true|false)\s*,)*\s*'
    r'"(?:standards|apprenticeshipStandards|apprenticeships|foundationApprenticeships|apprenticeshipUnits|courses|'
    r'results|records|items|data)"\s*:\s*(?=\[)'
)


class Record:
    """One object of a file, with the line it begins on and its text, in which the lines of its parts are found."""

    def __init__(self, value: dict[str, Any], line: int, text: str) -> None:
        self.value, self.line, self.text = value, line, text

    def line_at(self, place: int) -> int:
        """The line in the file of a place in the text."""
        return self.line + bisect_right(self._line_ends, place - 1)

    def line_of(self, key: str, begin: int = 0) -> int:
        """The line where `key` first stands in quotes, from `begin` in the text; the record's own if it does not."""
        return self.line_at(max(self.text.find(f'"{key}"', begin), 0))

    @cached_property
    def _line_ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]


def is_json(head: bytes) -> bool:
    """Whether a file that begins so may be a record or a list of them."""
    return bool(_BEGINNING.match(head.removeprefix(codecs.BOM_UTF8)))


def sha256_of(stream: BinaryIO) -> str:
    """The hash of all that is in `stream`, which is then at its beginning again."""
    stream.seek(0)
    hashed = hashlib.sha256()
    while content := stream.read(_CHUNK_BYTES):
        hashed.update(content)
    stream.seek(0)
    return hashed.hexdigest()


def records(stream: BinaryIO, name: str) -> Iterator[Record | Refused]:
    """The records of a file, in order. One that is broken is refused by itself where its end can be told.

    Raises:
        Refused: nothing more of the file can be read from a line on.
    """
    yield from _Splitter(stream, name).records()


def drafts(
    stream: BinaryIO, name: str, draft_of: Callable[[Record, str, str], StandardDraft]
) -> Iterator[StandardDraft | Refused]:
    """What `draft_of` makes of each record, the name of its file and its hash; or why it refuses the record.

    Raises:
        Refused: nothing more of the file can be read from a line on.
    """
    sha256 = sha256_of(stream)
    for record in records(stream, name):
        if isinstance(record, Refused):
            yield record
            continue
        try:
            yield draft_of(record, name, sha256)
        except Refused as refused:
            yield refused


class _Splitter:
    """The text of a file from the record being read on; what lies behind is forgotten."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream, self.name = stream, name
        self.text, self.place, self.line = "", 0, 1
        self.has_ended = False
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(strict=False)
        # Where each record begins a line of its own with the same space before it, the next one can be found again.
        self._beginning: re.Pattern[str] | None = None

    def records(self) -> Iterator[Record | Refused]:
        self._fill(_CHUNK_BYTES)
        first = self._next_character()
        if not first:
            raise self._refused(1, "the file is empty")
        if first == "{" and (wrapping := _WRAPPING.match(self.text, self.place)):
            self.place = wrapping.end()
            first = "["
        if first == "[":
            yield from self._list()
        elif first == "{":
            yield self._only_one()
        else:
            raise self._refused(self._line_here(), "the file is not JSON: it begins with neither “{” nor “[”")

    def _only_one(self) -> Record | Refused:
        record = self._record()
        if isinstance(record, Record) and self._next_character():
            return self._refused(self._line_here(), "something follows the end of the record; the file seems damaged")
        return record

    def _list(self) -> Iterator[Record | Refused]:
        begin_line = self._line_here()
        self.place += 1
        count = 0
        while (character := self._next_character()) != "]" or not count:
            if not character:
                raise self._refused(self._line_here(), "the file ends within its list of records; it seems cut off")
            if character == "]":
                raise self._refused(begin_line, "the list holds no record")
            record = self._record()
            yield record
            count += 1
            following = self._next_character()
            if following == ",":
                self.place += 1
            elif following not in ("]", "") and not (following == "{" and isinstance(record, Refused)):
                line = self._line_here()
                if not self._find_next_record():
                    raise self._refused(line, "no comma follows the record before this; the rest is not read")
                if following != "{":
                    yield self._refused(line, "something stands between two records that is neither; it is left out")

    # One record ------------------------------------------------------------------------------------------------------

    def _record(self) -> Record | Refused:
        """The record that begins here, or why it is refused; either way what follows it is next."""
        self._forget()
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.place)
            except (ValueError, RecursionError) as error:
                known_end = self._end_of_broken()
                if known_end or self.has_ended or len(self.text) > MAX_RECORD_CHARACTERS:
                    return self._broken(error, known_end)
            else:
                if isinstance(value, dict) or end < len(self.text) or self.has_ended:
                    return self._taken(value, end)
            self._fill(max(_CHUNK_BYTES, len(self.text)))

    def _taken(self, value: Any, end: int) -> Record | Refused:
        line = self._line_here()
        text = self.text[self.place : end]
        if not isinstance(value, dict):
            self.place = end
            return self._refused(line, "this entry of the list is not a record")
        if self._beginning is None:
            self._learn_beginning(text)
        self.place = end
        return Record(value, line, text)

    def _broken(self, error: Exception, end: int | None) -> Refused:
        begins = self._line_here()
        if isinstance(error, json.JSONDecodeError) and (end or not self.has_ended):
            line, reason = self.line + self.text.count("\n", 0, error.pos), "this is not JSON"
        elif isinstance(error, json.JSONDecodeError):
            line, reason = self.line + self.text.count("\n"), "the file ends within a record; it seems cut off"
        elif isinstance(error, RecursionError):
            line, reason = begins, "it is nested too deeply"
        else:
            line, reason = begins, "a number in it is too long"
        refused = self._refused(line, f"the record that begins on line {begins} is broken: {reason}")
        if end:
            self.place = end
        elif self.has_ended:
            self.place = len(self.text)
        else:
            problem = Problem(self.name, begins, "the end of this record is not found; the rest is not read")
            raise Refused(*refused.problems, problem)
        return refused

    def _end_of_broken(self) -> int | None:
        """Where the record that begins here ends, as far as can be told: before the next one, or by its brackets."""
        if self._beginning and (match := self._beginning.search(self.text, self.place + 1)):
            return match.start()
        depth = 0
        for match in _TOKEN.finditer(self.text, self.place):
            match match[0]:
                case "{" | "[":
                    depth += 1
                case "}" | "]" if depth:
                    depth -= 1
                    if not depth:
                        return match.end()
                case "," | "]" if not depth:
                    return match.start()
                case '"':
                    return None
        return None

    def _learn_beginning(self, text: str) -> None:
        before = self.text[self.text.rfind("\n", 0, self.place) + 1 : self.place]
        pattern = re.compile(rf"^{re.escape(before)}\{{", re.MULTILINE)
        if not before.strip() and not pattern.search(text, 1):
            self._beginning = pattern

    def _find_next_record(self) -> bool:
        """Go to the next place where a record begins a line as the others do."""
        while self._beginning:
            if match := self._beginning.search(self.text, self.place):
                self.place = match.end() - 1
                return True
            if self.has_ended or len(self.text) > MAX_RECORD_CHARACTERS:
                break
            self._fill(_CHUNK_BYTES)
        return False

    # The text --------------------------------------------------------------------------------------------------------

    def _next_character(self) -> str:
        """The next character that is not space, with the place moved to it; "" at the end."""
        while True:
            self.place = _SPACE.match(self.text, self.place).end()  # type: ignore[union-attr]
            if self.place < len(self.text):
                return self.text[self.place]
            if self.has_ended:
                return ""
            self._forget()
            self._fill(_CHUNK_BYTES)

    def _fill(self, size: int) -> None:
        """Read on."""
        content = self.stream.read(size)
        self.has_ended = not content
        if self.line == 1 and not self.text and content.startswith(UTF_16):
            raise self._refused(1, "the file is UTF-16; save it as UTF-8 text")
        try:
            self.text += self._decoder.decode(content, final=self.has_ended)
        except UnicodeDecodeError as error:
            line = self.line + self.text.count("\n") + error.object[: error.start].count(b"\n")
            reason = "the file is not UTF-8 text; save it as UTF-8 and try again"
            raise self._refused(line, reason) from None

    def _forget(self) -> None:
        """Drop what has been read, but for the space at the beginning of the line."""
        keep = self.text.rfind("\n", 0, self.place) + 1
        if not self.text[keep : self.place].isspace():
            keep = self.place
        self.line += self.text.count("\n", 0, keep)
        self.text, self.place = self.text[keep:], self.place - keep

    def _line_here(self) -> int:
        return self.line + self.text.count("\n", 0, self.place)

    def _refused(self, line: int, reason: str) -> Refused:
        return Refused(Problem(self.name, line, reason))
