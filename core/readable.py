"""Text from word processors and PDFs as what it means. The source stays as it is; this runs on the way to a reader.

Word writes the end of a line as a vertical tab and the marks of its lists in private characters; PDFs have ligatures
and hyphens that only break words. Shown as they are, they glue words together or look like empty boxes.
"""

import re

from core import names

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
#: What the fonts Symbol and Wingdings show for the private characters that documents have most.
_SYMBOLS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf06f": "☐",
    "\uf0a8": "☐",
    "\uf0fe": "☑",
    "\uf0fd": "☒",
    "\uf0fc": "✓",
    "\uf0fb": "✗",
    "\uf0d8": "➢",
    "\uf076": "❖",
    "\uf0e0": "→",
    "\uf0ae": "→",
    "\uf0de": "⇒",
    "\uf04a": "☺",
    "\uf02d": "–",
    "\uf020": " ",
    "\uf0b0": "°",
    "\uf0b1": "±",
    "\uf0a3": "≤",
    "\uf0b3": "≥",
    "\uf0b4": "×",
}
_LINE_ENDS = dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n")
#: The end of a cell of a table, a hyphen at which no line breaks, and a gap, as Word and others keep them.
_OF_WORD = {"\x07": "\t", "\x1e": "\u2011", "\0": " "}
#: What shows nothing: other control characters, hyphens that only break words, spaces without width.
_NOTHING = dict.fromkeys([*map(chr, (*range(0x20), 0x7F)), *"\u00ad\u200b\u2060\ufeff\ufffe"], "")
_MEANT = _NOTHING | {kept: kept for kept in "\t\n\r"} | _LINE_ENDS | _OF_WORD | _LIGATURES | _SYMBOLS
_TABLE = str.maketrans(_MEANT)

_UNUSUAL = re.compile(
    "[" + "".join(re.escape(c) for c in _MEANT if c not in "\t\n\r") + f"{names.JOINERS}\uf000-\uf0ff]"
)
#: A word that was broken at the end of a line.
_BROKEN = re.compile("(?<=\\w)[\u00ad\u0002\ufffe][ \t]*\r?\n[ \t]*(?=\\w)")
#: A mark of a list, whichever it is, and the space around it.
_MARK = re.compile("^[ \t]*(?:[•▪➢❖☐☑☒✓✗→⇒](?=[ \t])|[\uf000-\uf0ff](?=[ \t]))[ \t]+", re.MULTILINE)


def readable(text: str) -> str:
    """`text` with the characters that a reader would see as boxes, or not at all, as what they mean."""
    if not _UNUSUAL.search(text):
        return text
    meant = names.without_idle_joiners(_BROKEN.sub("", text).translate(_TABLE))
    return _MARK.sub(_as_mark, meant)


def with_lines(text: str) -> str:
    """A list that was run together, `including: - this - that`, with its items in lines of their own.

    Standards are published like that. A single dash after a colon is no list.
    """
    before, colon, items = text.partition(": - ")
    if not colon or " - " not in items or "\n" in text:
        return text
    return f"{before}:\n- " + items.replace(" - ", "\n- ")


def _as_mark(found: re.Match[str]) -> str:
    mark = found[0].strip(" \t")
    return ("•" if "\uf000" <= mark <= "\uf0ff" else mark) + " "
