"""Splits HTML into its tags and texts, in one pass however broken it is: what a browser saves may be anything."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:-]*")
_QUOTED = re.compile(r"""=\s{0,20}(["'])""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
#: What stands in these is no text, and only their own end ends them.
RAW = ("script", "style", "textarea", "xmp", "iframe", "noembed")
_END_OF_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in RAW}
#: Beyond this no tag is searched for its attributes.
_MOST_OF_A_TAG = 4_000


class Token(NamedTuple):
    """A tag (`name` in small letters, `/name` for an end) with its attributes as written, or a text (`name` empty)."""

    place: int
    name: str
    text: str

    def attribute(self, name: str) -> str:
        """The value of an attribute of a tag; "" where it has none."""
        for match in _ATTRIBUTE.finditer(self.text[:_MOST_OF_A_TAG]):
            if match[1].lower() == name:
                return html.unescape(match[2] or match[3] or match[4] or "")
        return ""


def tokens(source: str) -> Iterator[Token]:
    """The tags and texts of `source`, in order. Comments, scripts and styles are left out."""
    return _Scanner(source).tokens()


class _Scanner:
    """Goes through a source once: what is not found ahead is never looked for again."""

    def __init__(self, source: str) -> None:
        self.source, self.size = source, len(source)
        self._missing: set[str] = set()

    def tokens(self) -> Iterator[Token]:
        source, end = self.source, 0
        while end < self.size:
            begin, place = end, self._find("<", end)
            if place < 0:
                yield Token(begin, "", source[begin:])
                return
            if place > begin:
                yield Token(begin, "", source[begin:place])
            if source.startswith("<!--", place):
                end = self._behind("-->", place + 4)
            elif source.startswith(("<!", "<?"), place):
                end = self._behind(">", place)
            elif match := _NAME.match(source, place + 1):
                end = self._end_of_tag(match.end())
                name = match[0].lower()
                yield Token(place, name, source[match.end() : end].removesuffix(">"))
                if name in _END_OF_RAW:
                    found = _END_OF_RAW[name].search(source, end)
                    end = found.start() if found else self.size
            else:
                yield Token(place, "", "<")
                end = place + 1

    def _end_of_tag(self, place: int) -> int:
        """Behind the ">" that ends the tag, which is not one in quotes, unless the quotes are never closed."""
        close = -1
        while True:
            if close < place:
                close = self._find(">", place)
            if close < 0:
                return self.size
            quote = _QUOTED.search(self.source, place, close)
            after = self._find(quote[1], quote.end()) if quote else -1
            if after < 0:
                return close + 1
            place = after + 1

    def _behind(self, text: str, begin: int) -> int:
        place = self._find(text, begin)
        return self.size if place < 0 else place + len(text)

    def _find(self, text: str, begin: int) -> int:
        if text in self._missing:
            return -1
        place = self.source.find(text, begin)
        if place < 0:
            self._missing.add(text)
        return place
