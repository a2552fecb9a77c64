"""From the bytes of a text file to its numbered lines, or to the reason why it is not text of a page."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from occupations.importing.draft import Problem, Refused

#: The longest page known has 40 KB and 350 lines; beyond these it is something else.
MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 20_000

_is_address = URLValidator(schemes=["http", "https"])
_LONGEST_ADDRESS = 500
_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BYTE_ORDER_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: What UTF-8 looks like after it was read as Windows-1252: "â€™" for an apostrophe, "Ã©" for é, "Â£" for £.
_MISREAD = re.compile("â€|Ã[\x80-\xbf]|Â[\xa0-\xbf]|\N{REPLACEMENT CHARACTER}")

#: The name of an icon that a copied page glues to the word after it: "inventory_2Occupational standard".
ICON = re.compile(r"[a-z][a-z0-9_]*(?=[A-Z])|[a-z]+(?:_[a-z0-9]+)+(?:\s+|$)")


class Line(NamedTuple):
    """One line without the space around it. `raw` keeps what stood before the text, for lists within a statement.

    In a source with markup `kind` says what the line is: a "heading", an "item" of a list, a "term" with its value on
    the line after it, or a "row" of a table with its cells; `depth` how deep the heading or the item is.
    """

    number: int
    text: str
    raw: str
    kind: str = ""
    depth: int = 0
    cells: tuple[str, ...] = ()


def page_lines(content: bytes, name: str) -> list[Line]:
    """The lines of `content`, numbered from 1.

    Raises:
        Refused: it is empty, too large, too long, not UTF-8, or plainly another kind of file.
    """

    def refused(line: int, reason: str) -> Refused:
        return Refused(Problem(name, line, reason))

    if not content.strip():
        raise refused(1, "the file is empty")
    if len(content) > MAX_BYTES:
        raise refused(1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB, which no page of a standard is")
    if content.startswith(_BYTE_ORDER_MARKS_OF_UTF_16):
        raise refused(1, "the file is UTF-16; save it as UTF-8 text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        raise refused(number, "the file is not UTF-8 text; save it as UTF-8 and try again") from None
    raw_lines = _LINE_END.split(text)
    if len(raw_lines) > MAX_LINES:
        raise refused(1, f"the file has more than {MAX_LINES} lines, which no page of a standard has")
    lines = [Line(number, raw.strip(), raw.rstrip()) for number, raw in enumerate(raw_lines, start=1)]
    for line in lines:
        if _NOT_TEXT.search(line.raw):
            raise refused(line.number, "the file is not text: it has control characters")
    start = text.lstrip()[:1]
    if start == "<":
        raise refused(1, "the file is HTML or XML; the text of an occupational-map page is needed")
    if start in ("{", "["):
        raise refused(1, "the file is JSON; the text of an occupational-map page is needed")
    return lines


def misread(lines: list[Line], name: str) -> list[Problem]:
    """A warning, at the first such line, if characters seem to have been spoilt before the file was made."""
    spoilt = [line for line in lines if _MISREAD.search(line.text)]
    if not spoilt:
        return []
    count = "this line" if len(spoilt) == 1 else f"{len(spoilt)} lines, of which this is the first,"
    return [Problem(name, spoilt[0].number, f"{count} may hold wrongly decoded characters; they are kept as they are")]


def shortened(text: str, length: int = 60) -> str:
    """The beginning of `text`, for quoting it in a reason."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def is_web_address(text: str) -> bool:
    """Whether a standard can be kept with this address: the same rule that its row is checked by."""
    try:
        _is_address(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST_ADDRESS


def is_an_icon(text: str) -> bool:
    """Whether there is nothing here but the name of an icon."""
    return not without_icon(text)


def without_icon(text: str) -> str:
    """`text` less the name of an icon before it."""
    return text[match.end() :].strip() if (match := ICON.match(text)) else text
