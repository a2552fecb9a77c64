"""Finding standards by words: what is kept for it, and how it is asked. The same on every database, with no extension.

Each standard has its different words in one column, each with a space on either side. A typed word is looked for as the
beginning of one of them, and so is its stem. That is a plain search for a piece of text, which both engines do over a
thousand standards in a few milliseconds (`make bench-more`); an index of words would save little and work differently
on each.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from math import log
from os.path import commonprefix
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, F, FloatField, Func, IntegerField, Q, QuerySet, Value, When

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


def matching(entries: QuerySet[SearchEntry], words: Collection[str]) -> QuerySet[SearchEntry]:
    """Those that have each word, or one that begins like it or has the same stem.

    First come those that have them in title or reference, then those with them among their other names; within each,
    the words as they were typed come before their stems, and those before the work that a doer is named by.
    """
    if not words:
        return entries
    # The longest first: the rarer a word, the fewer texts are searched for the next one.
    ordered = sorted(words, key=len, reverse=True)
    typed, stemmed, kindred = (list(map(form, ordered)) for form in (_beginning, _stem, _kin))
    places = [(column, looked_for) for column in ("heading", "names") for looked_for in (typed, stemmed, kindred)]
    places += [("words", typed), ("words", stemmed)]
    return entries.filter(_holds("words", stemmed) | _holds("names", kindred)).annotate(
        rank=Case(
            *(When(_holds(column, looked_for), then=Value(rank)) for rank, (column, looked_for) in enumerate(places)),
            default=Value(len(places)),
            output_field=IntegerField(),
        )
    )


def nearest(entries: QuerySet[SearchEntry], weights: Mapping[str, float]) -> QuerySet[Any, Any]:
    """Those that have some of the words, the ones with the rarest of them first: `rank` is lower the more they have.

    A word in a name counts half as much again: what many are called says less than what few speak of.

    Args:
        weights: each word, and how much it tells standards apart, by `weight_of`.
    """
    score: Any = Value(0.0)
    for word, weight in weights.items():
        for column, looked_for, share in (("words", _stem(word), 1), ("names", _kin(word), 0.5)):
            score = score + Case(
                When(_holds(column, [looked_for]), then=Value(weight * share)),
                default=Value(0.0),
                output_field=FloatField(),
            )
    return entries.annotate(score=score).filter(score__gt=0).annotate(rank=-F("score"))


def weight_of(word: str, standard_counts: Counter[str]) -> float:
    """How much a word tells standards apart: more, the fewer have it or one of its stem; nothing, if none has.

    One that only begins other words ("taxi" of taxidermy) counts half.
    """
    held_by = sum(count for known, count in standard_counts.items() if f" {known} ".startswith(_stem(word)))
    if not held_by:
        return 0.0
    weight = log(1 + max(standard_counts.values()) / (1 + held_by))
    return weight if word in standard_counts else weight / 2


def _beginning(word: str) -> str:
    """What to look for: the beginning of a word, or a short word whole, for "ai" begins very many."""
    return f" {word} " if len(word) <= SHORT and word.isalpha() else f" {word}"


def _stem(word: str) -> str:
    """The beginning that a word shares with its stem: "nurs" of nursing."""
    if len(word) < LEAST_STEMMED or not word.isalpha():
        return _beginning(word)
    stem = commonprefix([word, next(iter(stems(word)), word)])
    return f" {stem}" if len(stem) >= LEAST_ROOT else f" {word}"


def _kin(word: str) -> str:
    """What who does something shares with doing it: "plumb" of plumber and plumbing, "librar" of librarian."""
    doer = _DOER.fullmatch(word) if len(word) >= LEAST_STEMMED else None
    return f" {doer[1] or doer[2]}" if doer else _stem(word)


def _holds(column: str, looked_for: Collection[str]) -> Q:
    return Q(*(_Holds(column, Value(text)) for text in looked_for))


class _Holds(Func):
    """Whether a text holds another, which has letters, digits and spaces alone: in each engine's quickest way.

    PostgreSQL finds a place twice as fast as it matches a pattern. With SQLite it is the reverse.
    """

    function = "STRPOS"
    template = "(%(function)s(%(expressions)s) > 0)"
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template, joiner = "(%(expressions)s || '*')", " GLOB '*' || "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)


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
