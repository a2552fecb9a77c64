"""How alike two narratives are, and how those that are nearly the same are found among very many.

A text is taken as its runs of five words ("shingles"; Broder, "On the resemblance and containment of documents",
1997); two texts are as alike as the share of runs they have in common. Among many they are found by MinHash: 30
numbers stand for a text, in 10 bands of 3, and texts that have a whole band in common are compared run by run. With a
share of 0.8 two texts meet with a chance of 99.9 %, with 0.5 of 74 %, with 0.05 of 0.1 % (Leskovec, Rajaraman, Ullman,
"Mining of Massive Datasets", chapter 3).
"""

import hashlib
import random
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.folding import folded

#: Runs of so many words.
RUN = 5
#: A text of fewer words says too little: two people may well write the same short sentence.
FEWEST_WORDS = 40
#: From this share of common runs on, texts count as nearly the same. Of the 38 pieces that the demo's apprentices
#: write, about 90 words long, no two have more than 0.006 in common. One of them keeps 0.57 and more with every
#: twentieth word changed, and 0.47 with every fifteenth; filled in for another employer and job it keeps 0.52 and more.
#: tests/assessments/test_likeness.py measures this.
THRESHOLD = 0.5
BANDS, ROWS = 10, 3

_WORD = re.compile(r"\w+")
_PRIME = (1 << 61) - 1
#: The multipliers are the same for ever: numbers of texts are kept and compared years later.
_DRAWN = random.Random("craftmark likeness 1")  # noqa: S311  (not a secret)
_HASHES = [(_DRAWN.randrange(1, _PRIME), _DRAWN.randrange(_PRIME)) for _ in range(BANDS * ROWS)]


def runs_of(content: Mapping[str, Any]) -> frozenset[int]:
    """The runs of words of what was submitted, its narrative and its answers, as numbers; none of a short text.

    Args:
        content: of a snapshot.
    """
    text = "\n".join([content["narrative"], *(answer["text"] for answer in content["answers"])])
    words = _WORD.findall(folded(text))
    if len(words) < FEWEST_WORDS:
        return frozenset()
    runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return frozenset(_number(run.encode()) for run in runs)


def share(one: frozenset[int], other: frozenset[int]) -> float:
    """How much two texts have in common, from 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def bands_of(runs: frozenset[int], provider: UUID) -> list[int]:
    """What stands for a text among those of a provider: texts that are nearly the same have one of them in common."""
    if not runs:
        return []
    least = [min((a * run + b) % _PRIME for run in runs) for a, b in _HASHES]
    return [
        _number(b"%s %d %s" % (provider.bytes, band, repr(least[band * ROWS : (band + 1) * ROWS]).encode()))
        for band in range(BANDS)
    ]


def _number(text: bytes) -> int:
    """A number for a text that a column of the database takes."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big", signed=True)
