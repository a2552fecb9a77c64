"""From bytes to text, whatever program saved them, and the places of its line ends."""

import codecs
import re

from occupations.importing.draft import Problem, Refused

#: A page saved with its pictures in it may be large; what it says is not.
MAX_BYTES = 16 * 1024 * 1024

#: Not only "\n": text from a phone or a word processor has its own ends of lines and paragraphs.
_LINE_ENDS = "\r\n\v\f\x85\u2028\u2029"
LINE_END = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
#: Characters without width, which would hide a code from whoever looks for it at the beginning of a line.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*(?:windows-1252|iso-8859-1|latin-?1)", re.IGNORECASE)


def decoded(content: bytes, name: str) -> tuple[str, list[Problem]]:
    """The text of a file in UTF-8, UTF-16 or Windows-1252, and what was taken for granted about that.

    Raises:
        Refused: it is empty, too large or no text.
    """
    if not content.strip():
        raise Refused(Problem(name, 1, "the file is empty"))
    if len(content) > MAX_BYTES:
        raise Refused(Problem(name, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB, which no page is"))
    warnings = []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            raise Refused(Problem(name, 1, "the file is UTF-16, but damaged; save it as UTF-8")) from None
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            begin = content.removeprefix(codecs.BOM_UTF8)
            number = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
            try:
                # A mark at the beginning says UTF-8: then only what is none is taken for Windows-1252.
                text = begin.decode("cp1252") if begin is content else begin.decode(errors=_AS_WINDOWS)
            except UnicodeDecodeError:
                reason = "the file is neither UTF-8 nor Windows-1252 text; save it as UTF-8 and try again"
                raise Refused(Problem(name, number, reason)) from None
            if not _CHARSET.search(content[:4096]):
                all_of_it = "it" if begin is content else "what is not"
                warnings.append(
                    Problem(name, number, f"the file is not all UTF-8; {all_of_it} is read as Windows-1252")
                )
    if match := _NOT_TEXT.search(text):
        number = len(LINE_END.findall(text[: match.start()])) + 1
        raise Refused(Problem(name, number, "the file is not text: it has control characters"))
    return text, warnings


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What stands for bytes that are no UTF-8.

    Raises:
        UnicodeDecodeError: they are no Windows-1252 either.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


_AS_WINDOWS = "craftmark-as-windows-1252"
codecs.register_error(_AS_WINDOWS, _as_windows)


def visible(text: str) -> str:
    """`text` without the characters that nobody sees."""
    return text if text.isascii() else text.translate(_INVISIBLE)


class LineNumbers:
    """The line of each place in a text, counted from the nearest of a few marks: there may be millions of lines."""

    STEP = 32 * 1024

    def __init__(self, text: str) -> None:
        self.text = text
        self._begun = [0]
        for begin in range(0, len(text), self.STEP):
            self._begun.append(self._begun[-1] + self._count(begin, begin + self.STEP))

    def at(self, place: int) -> int:
        """The number of the line, from 1."""
        mark = place // self.STEP
        return self._begun[mark] + self._count(mark * self.STEP, place) + 1

    def _count(self, begin: int, end: int) -> int:
        """The line ends that begin between two places; "\r\n" is one."""
        text = self.text
        count = sum(text.count(mark, begin, end) for mark in _LINE_ENDS)
        return count - text.count("\r\n", begin, min(end + 1, len(text)))
