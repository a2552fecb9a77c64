"""Finding standards by words: what is kept for it, and how it is asked.

Each standard has its different words in one column. A typed word is looked for as the beginning of one of them, and so
is its stem. `matching.vocabulary` holds the words of all standards in memory for that, the same on every database.
"""

import re
from collections.abc import Iterable, Iterator
from os.path import commonprefix
from typing import NamedTuple

from core.folding import folded
from occupations.content import Content
from occupations.matching.words import stems
from occupations.models import SearchEntry, StandardVersion

#: More words than this make no search narrower.
MOST_WORDS = 12
#: A word of no more letters is looked for whole.
SHORT = 2
#: Words with fewer letters are looked for as they are; what is left of longer ones has at least this many.
LEAST_STEMMED, LEAST_ROOT = 6, 4
_WORD = re.compile(r"[^\W_]+")
_LEVEL = re.compile(r"\b(?:level\s*([2-8])|l([2-8]))\b", re.IGNORECASE)
#: Who does something, and doing it.
_DOER = re.compile(r"([a-z]{4,}?)(?:er|or|ing)s?|([a-z]{5,}?)(?:ist|ian)s?")


def index(version: StandardVersion, said: Content, is_first: bool = False) -> None:
    """Keep the words of a version that was just written, if it is the newest of its standard.

    Args:
        said: all that the version says.
        is_first: whether its standard was made for it just now, so that there is no other version and no entry.
    """
    if is_first:
        words = columns(version.standard.reference, version.lars_codes, said)
        SearchEntry.objects.create(standard_id=version.standard_id, version=version, **words)
        return
    newest = version.standard.versions.only("version", "correction").newest()
    if newest == version:
        SearchEntry.objects.unscoped().update_or_create(
            standard_id=version.standard_id,
            defaults={"version": version} | columns(version.standard.reference, version.lars_codes, said),
        )


def columns(reference: str, lars_codes: Iterable[int], said: Content) -> dict[str, str]:
    """What a search entry holds of a version, by column."""
    heading = [reference, *_numbers(reference), said.get("occupation_reference"), *map(str, lars_codes)]
    heading.append(said.get("title"))
    names = [*heading, *_texts(said, "keywords", "job_titles", "green_job_titles")]
    names += [item["title"] for part in ("options", "products") for item in said.get(part) or []]
    words = [*names, *_texts(said, "route", "overview", "summary", "soc_title", "employers", "soc_groups", "prose")]
    words += [item["reference"] for item in said.get("products") or []]
    words += [item["statement"] for item in said.get("ksbs") or []]
    words += [item["text"] for item in said.get("duties") or []]
    return {name: _column(texts) for name, texts in (("heading", heading), ("names", names), ("words", words))}


def folded_words(text: str) -> list[str]:
    """The different words of a text in order, folded as every search does."""
    return list(dict.fromkeys(_WORD.findall(folded(text))))


class Asked(NamedTuple):
    """What somebody typed: the words to find, and a level where they named one ("plumber level 3")."""

    words: tuple[str, ...]
    level: int | None


def asked(text: str) -> Asked:
    """What a search is for. A level alone is a search too."""
    level = _LEVEL.search(text)
    words = folded_words(_LEVEL.sub(" ", text))[:MOST_WORDS]
    return Asked(tuple(words), int(level[1] or level[2]) if level else None)


def beginning(word: str) -> str:
    """What to look for: the beginning of a word, or a short word whole (a space follows it): "ai" begins very many."""
    return f"{word} " if len(word) <= SHORT and word.isalpha() else word


def stem(word: str) -> str:
    """The beginning that a word shares with its stem: "nurs" of nursing."""
    if len(word) < LEAST_STEMMED or not word.isalpha():
        return beginning(word)
    root = commonprefix([word, next(iter(stems(word)), word)])
    return root if len(root) >= LEAST_ROOT else word


def kin(word: str) -> str:
    """What who does something shares with doing it: "plumb" of plumber and plumbing, "librar" of librarian."""
    doer = _DOER.fullmatch(word) if len(word) >= LEAST_STEMMED else None
    return doer[1] or doer[2] if doer else stem(word)


def _column(texts: Iterable[str | None]) -> str:
    """The words, each with a space on either side."""
    return " ".join(["", *folded_words(" ".join(filter(None, texts))), ""])


def _texts(said: Content, *names: str) -> Iterator[str]:
    for name in names:
        value = said.get(name)
        if isinstance(value, str):
            yield value
        for item in value if isinstance(value, list) else ():
            yield from item if isinstance(item, list | tuple) else [item]


def _numbers(reference: str) -> list[str]:
    """ST0321 is found by 0321 and by 321 too."""
    return [reference[2:], reference[2:].lstrip("0")]
