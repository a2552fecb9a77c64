"""The codes and numbers that sources print: of KSBs, with the sub-codes of providers' own tools, and of standards."""

import re
from collections.abc import Iterable
from typing import NamedTuple

#: In the order in which a standard counts them.
TYPES = ("K", "S", "B", "TK", "TS", "ESB")

REFERENCE = re.compile(r"(?:ST|FA|AU)[0-9]{4}")
VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
_CODE = re.compile(r"(?P<type>TK|TS|ESB|K|S|B)\s?0{0,2}(?P<number>[1-9][0-9]{0,2})", re.IGNORECASE)
#: K3.1, K4(a), S2b, AK1: parts of a KSB, or more of the same, in tools that are not the standard's own.
_ALIAS = re.compile(
    r"A?(?P<type>TK|TS|ESB|K|S|B)\s?0{0,2}(?P<number>[1-9][0-9]{0,2})(?:[.\-_][0-9]{1,2}[a-z]?|\s?\(?[a-z]\)?)?",
    re.IGNORECASE,
)
#: A code that a statement itself begins with: "K1: Health & Safety", "S1 Client and user requirements".
_PRINTED = re.compile(
    r"(?P<code>(?P<type>TK|TS|ESB|K|S|B)\s?0{0,2}(?P<number>[1-9][0-9]{0,2}))(?![0-9]|\.[0-9]|[\w&/])\s*[:.)–-]?\s*"
)

_SPACED = re.compile(r"\b(TK|TS|ESB|K|S|B)\s+(?=[0-9])", re.IGNORECASE)
_RANGE = re.compile(r"(?P<first>[A-Za-z]{1,3}[0-9]{1,3})(?:[–—-]|to)(?P<last>[A-Za-z]{0,3}[0-9]{1,3})", re.IGNORECASE)
_AROUND_RANGE = re.compile(r"\s+(?:to|[–—-])\s+(?=(?:TK|TS|ESB|K|S|B)?[0-9])", re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"[\s,;|/&•·()\[\]]+")
_LONGEST_RANGE = 200


class Code(NamedTuple):
    """A type and a number. `is_alias` where the source has a sub-code, of which this is the parent."""

    type: str
    number: int
    is_alias: bool = False

    def __str__(self) -> str:
        return f"{self.type}{self.number}"


def code_in(text: str) -> Code | None:
    """The code that `text` is, or whose sub-code it is; None if it is neither."""
    text = text.strip()
    if match := _CODE.fullmatch(text):
        return Code(match["type"].upper(), int(match["number"]))
    if match := _ALIAS.fullmatch(text):
        return Code(match["type"].upper(), int(match["number"]), is_alias=True)
    return None


def in_order(codes: Iterable[Code]) -> list[Code]:
    """`codes` as a standard lists them, each once."""
    return sorted({Code(code.type, code.number) for code in codes}, key=lambda code: (TYPES.index(code.type), code[1]))


def printed_code(statement: str) -> tuple[Code, str] | None:
    """The code at the beginning of a statement, and the statement without it; None where it begins with words."""
    if match := _PRINTED.match(statement):
        return Code(match["type"], int(match["number"])), statement[match.end() :]
    return None


def codes_in(text: str) -> list[Code] | None:
    """The codes of a list like "K1 K2, S1-S4 and B2"; None if there is anything else in it, or nothing."""
    if len(text) > 10_000 or not any(character.isdigit() for character in text):
        return None
    joined = _AROUND_RANGE.sub("-", _SPACED.sub(r"\1", " ".join(text.split())))
    codes: list[Code] = []
    for piece in _BETWEEN_CODES.split(joined.replace(".", " ") if joined.rstrip().endswith(".") else joined):
        if not piece or piece.lower() in ("and", "-", "–"):
            continue
        if (match := _RANGE.fullmatch(piece)) and (row := _row(match["first"], match["last"])):
            codes += row
        elif code := code_in(piece):
            codes.append(code)
        elif codes and piece.isascii() and piece.isdecimal() and 0 < int(piece) < 1000:
            codes.append(Code(codes[-1].type, int(piece)))
        else:
            return None
    return codes or None


def _row(first: str, last: str) -> list[Code]:
    """The codes from one to another: K1 to K4."""
    begin = code_in(first)
    end = code_in(last if last[:1].isalpha() or not begin else f"{begin.type}{last}")
    if not begin or not end or begin.type != end.type or not 0 < end.number - begin.number < _LONGEST_RANGE:
        return []
    return [Code(begin.type, number) for number in range(begin.number, end.number + 1)]
