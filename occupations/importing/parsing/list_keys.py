"""What a line of a list that somebody keeps begins with: a code, several that share a statement, or a part of one."""

import re
from typing import NamedTuple

from occupations.importing.parsing.codes import Code, code_in, codes_in

_TYPE = r"(?:TK|TS|ESB|K|S|B)"
_ONE = rf"A?{_TYPE}\s?0{{0,2}}[1-9][0-9]{{0,2}}(?:[.\-_][0-9]{{1,2}}(?-i:[a-z])?|\([a-z]\)|(?-i:[a-z]))?(?![0-9A-Za-z])"
_MORE = rf"(?:\s*(?:/|,|&|\+|\band\b|\bto\b|[–—-])\s*(?:{_ONE}|[0-9]{{1,3}}(?![0-9A-Za-z])))"
#: A box to tick, another sign, or the number of the line.
_BEFORE = r"(?:\[[ xX]?\]\s*|[☐☑☒✓✔✅❌]\s*|[^\w\s\[(\"'“‘]{1,3}\s+|\(?[0-9]{1,3}[.)]\s+(?=\S))*"
_NAMED = r"(?:KSBs?(?:\s+(?:code|ref(?:erence)?|no\.?|number))?\s*(?:[:–—-]\s*)?)?"
_KEY = re.compile(
    rf"{_BEFORE}{_NAMED}(?P<codes>{_ONE}{_MORE}{{0,11}})"
    r"(?P<after>\s*[:|\t)]\s*|\.(?=\s|$|[A-Z])\s*|\s*[–—]\s*|\s+-\s+|-(?=[A-Za-z])|[,;](?=\S)|\s+|$)(?P<statement>.*)",
    re.IGNORECASE | re.DOTALL,
)
#: What looks like a code but is none: KS2, SK1.
_ODD = re.compile(
    rf"{_BEFORE}{_NAMED}(?P<shown>[KSBT]{{2,4}}\s?[0-9]{{1,3}})\s*[:.)|–—-]\s*\S.*", re.IGNORECASE | re.DOTALL
)
_IN_WORDS = re.compile(r"(?P<word>knowledge|skill|behaviour)s?\s+(?=[0-9]{1,3}\s*[:.)|–—-])", re.IGNORECASE)
_IN_CAPITALS = re.compile(r"[A-Z]{1,4}\s?[0-9]")
_QUOTED = re.compile(r"\"(?P<text>(?:[^\"]|\"\")*)\"\s*")


class Key(NamedTuple):
    """The codes at the beginning of a line, as they are printed, and the statement behind them.

    `is_sure` where a mark like a colon parts the two, so that it cannot be a sentence that begins with such a word.
    Without one `is_likely` where it is a single code in capitals.
    """

    codes: tuple[Code, ...]
    shown: str
    statement: str
    is_sure: bool
    is_likely: bool = True

    @property
    def is_part(self) -> bool:
        """Whether it is a sub-code, such as K1-2: a part of K1."""
        return len(self.codes) == 1 and self.codes[0].is_alias


def key_of(text: str) -> Key | None:
    """What `text` begins with; None where that is no code, or there is nothing but codes."""
    if word := _IN_WORDS.match(text):
        text = word["word"][0].upper() + text[word.end() :]
    match = _KEY.fullmatch(text)
    if not match:
        return None
    shown, statement = match["codes"], match["statement"].strip()
    single = code_in(shown)
    codes = [single] if single else codes_in(shown)
    is_sure = bool(match["after"].strip() or "\t" in match["after"])
    if not codes or (statement and codes_in(text)):
        return None
    if quoted := _QUOTED.fullmatch(statement):
        statement = quoted["text"].replace('""', '"')
    is_likely = is_sure or bool(single and _IN_CAPITALS.match(shown))
    return Key(tuple(dict.fromkeys(codes)), shown, statement, is_sure, is_likely)


def odd_key(text: str) -> str | None:
    """What `text` begins with, where that looks like a code and is none."""
    match = _ODD.fullmatch(text)
    return match["shown"] if match and not code_in(match["shown"]) else None
