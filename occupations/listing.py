"""What the list of standards shows: which standards, in which order, and each with what stands in its row."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from accounts.seen_by import SeenBy
from core.actor import Actor
from core.prepared import Prepared, Row
from occupations import products, search
from occupations.matching import names, spelling, vocabulary
from occupations.models import Favourite, Ksb, SearchEntry, StandardVersion
from occupations.models.standards import number_parts
from occupations.querysets import SIGHT

PAGE_SIZE = 20
#: Where fewer have all of the words, those that have some of them are shown as well, up to this many.
ENOUGH, MOST_NEAR = 3, 10

#: The bands of the occupational maps, and their levels.
BANDS = {"technical": (1, 3), "higher": (4, 5), "professional": (6, 8)}


class ListRow(NamedTuple):
    """What a row of the list tells of a version."""

    pk: UUID
    standard: UUID
    reference: str
    slug: str
    owner: UUID | None
    title: str
    version: str
    status: str
    route: str
    level: int | None
    green: str
    is_career_starter: bool | None
    ksb_count: int | None
    is_favourite: bool
    other_numbers: list[str]


@dataclass(frozen=True)
class Choices:
    """What there is to choose from in what is held."""

    routes: tuple[str, ...]
    levels: tuple[int, ...]
    statuses: tuple[str, ...]
    products: tuple[str, ...]
    is_any_green: bool


#: A person, to what differs among the versions of their list.
_differing = SeenBy(
    lambda actor: (
        products.with_own_letters(SearchEntry.objects.visible_to(actor))
        .values_list("version__route", "version__level", "version__status", "version__green", "own_letters")
        .distinct()
    ),
    SIGHT,
)


def choices(actor: Actor) -> Choices:
    """The values that the versions have which `actor` sees, in one query and another for the products."""
    rows = list(_differing(actor))
    own = {products.kind_by(letters) for _, _, _, _, letters in rows}
    return Choices(
        routes=tuple(sorted({route for route, _, _, _, _ in rows if route})),
        levels=tuple(sorted({level for _, level, _, _, _ in rows if level})),
        statuses=tuple(sorted({status for _, _, status, _, _ in rows if status})),
        products=tuple(products.kinds_held(actor, own)),
        is_any_green=any(green for _, _, _, green, _ in rows),
    )


@dataclass(frozen=True)
class Found:
    """The ids of the versions to list.

    The first `exact_count` have all that was asked for; the others have some of the words, or have them all somewhere
    in a text. `instead` has the words that were looked for, where what was typed is in no standard.
    """

    ids: list[UUID]
    exact_count: int
    instead: str = ""

    @classmethod
    def exactly(cls, ids: list[UUID], instead: str = "") -> Self:
        """What has all that was asked for."""
        return cls(ids, len(ids), instead)


def found_by(actor: Actor, filters: dict[str, Any]) -> Found:
    """What to list of the versions that `actor` sees: the best match first, else by title.

    Where nothing has a word as it was typed, a slip in it is corrected. Where next to nothing has all of them, what has
    some of them follows. Where nothing has any of them, what has a name of about that meaning is shown.
    """
    filters = dict(filters)
    typed = filters.pop("words", "")
    asked = search.asked(typed)
    if asked.level and not filters.get("level"):
        filters["level"] = str(asked.level)
    listed = [pk for (pk,) in _listed(actor, tuple(sorted(filters.items())))]
    if not asked.words:
        return Found.exactly([] if typed.strip() and not asked.level else listed)
    return _Search(actor, listed).found(asked.words)


class _Search:
    """A search for words among the versions that somebody lists.

    Args:
        listed: those versions, by title.
    """

    def __init__(self, actor: Actor, listed: list[UUID]) -> None:
        self.listed = listed
        self.held = vocabulary.seen_by(actor)

    def found(self, typed: tuple[str, ...]) -> Found:
        words, ranks = typed, self._ranks(typed)
        if not ranks and (words := spelling.corrected(typed, self.held)) != typed:
            ranks = self._ranks(words)
        instead = " ".join(words) if words != typed else ""
        is_named = any(rank < vocabulary.IN_TEXT for rank in ranks.values())
        if len(words) > 1 and (len(ranks) < ENOUGH or not is_named and len(ranks) <= MOST_NEAR):
            first = sorted(ranks, key=ranks.__getitem__) if is_named else []
            closest = first + self._closest(words, set(first)) or self._of_like_names(words)
            return Found(closest, sum(1 for _ in takewhile(ranks.__contains__, closest)), instead)
        if not ranks:
            return Found(self._of_like_names(words), 0, instead)
        # By what they are called, where the words are in no name: of those that speak of ambulances Paramedic is first.
        near = {} if is_named else self._nearness(words)
        return Found.exactly(sorted(ranks, key=lambda pk: (ranks[pk], -near.get(pk, 0))), instead)

    def _ranks(self, words: tuple[str, ...]) -> dict[UUID, int]:
        """Those that have all of the words, by title."""
        ranks = {pk: rank for one in self.held for pk, rank in one.ranks(words).items()}
        return {pk: ranks[pk] for pk in self.listed if pk in ranks}

    def _closest(self, words: tuple[str, ...], exact: set[UUID]) -> list[UUID]:
        """Those that have some of the words, beside those that have all of them in a name.

        Nobody is called "ambulance driver". A text that has both words somewhere says less than a name that means about
        what the rarest of them means.
        """
        weights = {word: max(one.weight(word) for one in self.held) for word in words}
        scores = {pk: score for one in self.held for pk, score in one.scores(weights).items()}
        near = self._nearness([max(words, key=weights.__getitem__)])
        most = sum(weights.values()) or 1
        some = [pk for pk in self.listed if pk in scores and pk not in exact]
        return sorted(some, key=lambda pk: -(scores[pk] / most + near.get(pk, 0)))[:MOST_NEAR]

    def _of_like_names(self, words: Collection[str]) -> list[UUID]:
        shown = set(self.listed)
        return [pk for pk in self._nearness(words) if pk in shown][:MOST_NEAR]

    def _nearness(self, words: Collection[str]) -> dict[UUID, float]:
        return names.nearness(words, self.held[0].stamp)


#: A person and filters, to what they list by title.
_listed = SeenBy(
    lambda actor, filters: (
        _filtered(SearchEntry.objects.visible_to(actor), dict(filters), actor)
        .order_by(Lower("version__title"), "standard__reference")
        .values_list("version_id")
    ),
    SIGHT,
)


def _filtered(entries: QuerySet[SearchEntry], filters: dict[str, Any], actor: Actor) -> QuerySet[SearchEntry]:
    for name in ("route", "status"):
        if value := filters.get(name):
            entries = entries.filter(**{f"version__{name}": value})
    if level := filters.get("level"):
        levels = BANDS.get(level) or (int(level), int(level))
        entries = entries.filter(version__level__range=levels)
    if green := filters.get("green"):
        entries = entries.exclude(version__green="") if green == "any" else entries.filter(version__green=green)
    if kind := filters.get("product"):
        entries = entries.filter(products.with_kind(kind))
    if filters.get("favourites"):
        entries = entries.filter(Exists(Favourite.objects.filter(standard=OuterRef("standard"), user=actor.person_id)))
    return entries


_rows = Prepared(
    lambda versions, person: (
        StandardVersion.objects.unscoped()
        .filter(pk__in=versions)
        .annotate(
            ksb_count=Subquery(
                Ksb.objects.filter(version=OuterRef("pk")).order_by().values("version").values(count=Count("pk"))
            ),
            is_favourite=Exists(Favourite.objects.filter(standard=OuterRef("standard"), user=person)),
        )
        .order_by()
        .values_list(
            "pk",
            "standard",
            "standard__reference",
            "standard__slug",
            "standard__owner",
            "title",
            "version",
            "status",
            "route",
            "level",
            "green",
            "is_career_starter",
            "ksb_count",
            "is_favourite",
        )
    )
)
_numbers = Prepared(
    lambda standards: (
        StandardVersion.objects.unscoped().filter(standard__in=standards).order_by().values_list("standard", "version")
    )
)


def page_of(ids: list[UUID], number: str | None, actor: Actor) -> Page[Any]:
    """One page of what was found: `ListRow`s."""
    page: Page[Any] = Paginator(ids, PAGE_SIZE).get_page(number)
    if not page.object_list:
        return page
    rows = {row[0]: row for row in _rows(versions=frozenset(page.object_list), person=actor.person)}
    numbers: dict[UUID, set[str]] = {}
    for standard, version in _numbers(standards=frozenset(row[1] for row in rows.values())):
        numbers.setdefault(standard, set()).add(version)
    page.object_list = [_list_row(rows[pk], numbers) for pk in page.object_list if pk in rows]
    return page


def _list_row(row: Row, numbers: dict[UUID, set[str]]) -> ListRow:
    """With the numbers of the other versions, the newest first."""
    others = {number_parts(number): number for number in numbers[row[1]] if number != row[6]}
    return ListRow._make((*row, [others[parts] for parts in sorted(others, reverse=True)]))
