"""Finding standards by words: what is kept for it, and how it is asked. The same on every database, with no extension.

Each standard has its different words in one column, each with a space before it; a typed word is looked for as the
beginning of one of them. That is a plain search for a piece of text, which both engines do over a thousand standards in
a few milliseconds (`make bench-more`); an index of words would save little and work differently on each.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import BooleanField, Case, Func, IntegerField, Q, QuerySet, Value, When

from core.folding import folded
from occupations.content import Content
from occupations.models import SearchEntry, StandardVersion

#: More words than this make no search narrower.
MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+")


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


def matching(entries: QuerySet[SearchEntry], text: str) -> QuerySet[SearchEntry]:
    """Those that have each typed word, or a word that begins with it: first where it is title or reference."""
    # The longest first: the rarer a word, the fewer texts are searched for the next one.
    words = sorted(folded_words(text)[:MOST_WORDS], key=len, reverse=True)
    if not words:
        return entries.none() if text.strip() else entries
    found = entries.filter(_holds("words", words))
    return found.annotate(
        rank=Case(
            When(_holds("heading", words), then=Value(0)),
            When(_holds("names", words), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
    )


def _holds(column: str, words: list[str]) -> Q:
    return Q(*(_Holds(column, Value(f" {word}")) for word in words))


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
    return "".join(f" {word}" for word in folded_words(" ".join(filter(None, texts))))


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
