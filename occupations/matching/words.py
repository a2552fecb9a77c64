"""From a text to the stems of its words, for saying whether two texts speak of the same thing.

The list of standards has its own words (`occupations.search`): it looks for what somebody begins to type, and this
is for what they mean.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from threading import Lock
from typing import Any, NamedTuple

#: Words that say nothing of the matter: the small ones of English, and what people begin to tell of their day with.
STOP_WORDS = frozenset(
    """
    a about after all also an and any are as at be because been before being both but by can could did do does doing
    done during each either etc for from had has have having he her his how i if in into is it its itself may me might
    must my no not of off on one onto or other our out over own per shall she should so some such than that the their
    them then there these they this those through to too under until up upon us very via was we were what when where
    whether which while who whom whose why will with within without would you your
    today yesterday tomorrow
    """.split()  # noqa: SIM905 - a list of them is 120 lines long
)
#: At most this many words are cached with their stems; all standards together have about 15,000.
_WORDS_KEPT = 50_000

_LOOKS = str.maketrans("‘’‚‛′ʼ“”„‟″‐‑‒–—―−\u00a0", "''''''\"\"\"\"\"------- ", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_stemming = Lock()


class Word(NamedTuple):
    """A word of a text: where it stands, and its stem, empty for a stop word."""

    start: int
    end: int
    stem: str


def stems(text: str) -> list[str]:
    """The stems of the words of `text`, in order and as often as they occur, without stop words.

    Capitals, accents, curly quotes, dashes and no-break spaces make no difference.
    """
    return [stem for word in _WORD.findall(folded(text)) if (stem := _stem(word))]


def folded(text: str) -> str:
    """`text` in lower case, with plain quotation marks, dashes and spaces, and no accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_LOOKS))
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


def placed(text: str) -> Iterator[Word]:
    """The words of `text` as they stand in it, each with its stem: for marking those that two texts share."""
    for found in re.finditer(r"[^\W_]+(?:['’ʼ][^\W_]+)*", text):
        yield Word(found.start(), found.end(), " ".join(stems(found[0])))


def marked_stems(text: str, wanted: Iterable[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, and of each whether it is a word with one of the stems in `wanted`."""
    wanted = set(wanted)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for word in placed(text):
        if word.stem in wanted:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


@lru_cache(maxsize=_WORDS_KEPT)
def _stem(word: str) -> str:
    """The stem of a folded word; empty for a stop word."""
    if word in STOP_WORDS or len(word) == 1:
        return ""
    # A stemmer keeps the word it works on in itself: two threads at once would spoil each other's.
    with _stemming:
        return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer  # it loads thirty languages: not needed to start

    return snowballstemmer.stemmer("english")
