"""Which word somebody meant who mistyped one: a word of the catalogue that is one slip away.

Providers' private standards are not asked, for nobody else is to learn what those say.
"""

import string
from collections.abc import Iterator, Sequence

from occupations.matching import meaning
from occupations.matching.vocabulary import Vocabulary

#: In shorter words a letter more or less makes another word, not a slip.
LEAST_LETTERS = 5


def corrected(words: Sequence[str], held: Sequence[Vocabulary]) -> tuple[str, ...]:
    """`words`, but for each that no word begins with the one that is a slip away from it.

    Of several it is the one that most standards have in their names, then the commonest.

    Args:
        held: the words of the catalogue, then those of the private standards that the person sees.
    """
    return tuple(word if any(one.begins(word) for one in held) else _corrected(word, held[0]) for word in words)


def _corrected(word: str, catalogue: Vocabulary) -> str:
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return word
    known = {other: counts for other in _a_slip_away(word) if any(counts := catalogue.counts(other))}
    if meaning.shipped().knows(word):
        # A word that exists, such as hostess, is the slip of a name ("manger") or none at all.
        known = {other: counts for other, counts in known.items() if counts[0]}
    return max(known, key=known.__getitem__, default=word)


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
