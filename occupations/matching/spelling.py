"""The words of the catalogue, and which of them somebody meant who mistyped one.

The words belong to a process. They are gathered when a search first finds nothing, and again when the catalogue has
changed. Providers' private standards are not among them, for nobody else is to learn what those say.
"""

import string
from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Lock

from occupations.matching.catalogue import stamp
from occupations.models import SearchEntry

#: In shorter words a letter more or less makes another word, not a slip.
LEAST_LETTERS = 5

_gathered: tuple[int, Counter[str]] | None = None
_gathering = Lock()


def standard_counts() -> Counter[str]:
    """Each word of the catalogue, and in how many standards it stands."""
    global _gathered
    now = stamp()
    if _gathered is None or _gathered[0] != now:
        with _gathering:
            counts: Counter[str] = Counter()
            for (words,) in SearchEntry.objects.of_owner(None).values_list("words").iterator():
                counts.update(words.split())
            _gathered = now, counts
    return _gathered[1]


def corrected(words: Sequence[str], counts: Counter[str]) -> list[str]:
    """`words`, each that no standard has in place of one that is a slip away from it, the commonest of several."""
    return [_corrected(word, counts) for word in words]


def _corrected(word: str, counts: Counter[str]) -> str:
    if len(word) < LEAST_LETTERS or not word.isalpha() or any(known.startswith(word) for known in counts):
        return word
    return max(
        (other for other in _a_slip_away(word) if other in counts), key=lambda other: counts[other], default=word
    )


def _a_slip_away(word: str) -> Iterator[str]:
    """Every word with one letter less, more or another, or two in the other order. The first letter is seldom wrong."""
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in string.ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
