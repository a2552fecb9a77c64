"""What the list of standards shows: which standards, in which order, and each with what stands in its row."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from accounts.seen_by import SeenBy
from core.actor import Actor
from core.prepared import Prepared, Row
from occupations import products, search
from occupations.matching import names, spelling
from occupations.models import Favourite, Ksb, SearchEntry, StandardVersion
from occupations.models.standards import number_parts
from occupations.querysets import SIGHT

PAGE_SIZE = 20
#: Where fewer have all of the words, those that have some of them are shown as well, up to this many.
ENOUGH, MOST_NEAR = 3, 10
#: So many of the nearest names are looked at; filters may leave few of them.
MOST_ALIKE = 200

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

    The first `exact_count` have all that was asked for, the others only some of the words. `instead` has the words that
    were looked for, where what was typed is in no standard.
    """

    ids: list[UUID]
    exact_count: int
    instead: str = ""

    @classmethod
    def exactly(cls, ids: list[UUID]) -> Self:
        """What has all that was asked for."""
        return cls(ids, len(ids))


def found_by(actor: Actor, filters: dict[str, Any]) -> Found:
    """What to list of the versions that `actor` sees."""
    if filters.get("words"):
        return found(SearchEntry.objects.visible_to(actor), filters, actor)
    return Found.exactly([pk for (pk,) in _without_words(actor, tuple(sorted(filters.items())))])


def found(entries: QuerySet[SearchEntry], filters: dict[str, Any], actor: Actor) -> Found:
    """The best match first, else by title: a search is made once, not once a page.

    Where nothing has the words as they were typed, slips are corrected. Where next to nothing has all of them, what has
    some of them follows. Where nothing has any of them, what has a name of about that meaning is shown.
    """
    asked = search.asked(filters.get("words") or "")
    if asked.level and not filters.get("level"):
        filters = filters | {"level": str(asked.level)}
    entries = _filtered(entries, filters, actor)
    if not asked.words:
        is_odd = (filters.get("words") or "").strip() and not asked.level
        return Found.exactly([] if is_odd else _ids(entries))
    ids = _ids(search.matching(entries, asked.words))
    if len(ids) >= ENOUGH:
        return Found.exactly(ids)
    counts = spelling.standard_counts()
    words = asked.words if ids else tuple(spelling.corrected(asked.words, counts))
    instead = " ".join(words) if words != asked.words else ""
    if instead:
        ids = _ids(search.matching(entries, words))
    near = _nearest(entries, words, counts) if len(words) > 1 or not ids else []
    if not ids and not near:
        near = _of_like_names(entries, words)
    return Found(ids + [pk for pk in near if pk not in ids][:MOST_NEAR], len(ids), instead)


def _nearest(entries: QuerySet[SearchEntry], words: Collection[str], counts: Counter[str]) -> list[UUID]:
    """What has some of the words; of those that have the same ones, first what is called like the rarest of them.

    "Ambulance driver" is nobody's title: what speaks of ambulances comes before what has "driver" in its name, and
    Paramedic before other work in which ambulances occur.
    """
    weights = {word: search.weight_of(word, counts) for word in words}
    rows = list(_in_order(search.nearest(entries, weights), "rank"))
    rarest = max(words, key=lambda word: weights[word])
    places = {pk: place for place, pk in enumerate(names.alike([rarest], MOST_ALIKE))}
    return [pk for pk, _ in sorted(rows, key=lambda row: (round(row[1], 6), places.get(row[0], MOST_ALIKE)))]


def _of_like_names(entries: QuerySet[SearchEntry], words: Collection[str]) -> list[UUID]:
    nearest = names.alike(words, MOST_ALIKE)
    shown = set(entries.filter(version__in=nearest).values_list("version_id", flat=True))
    return [pk for pk in nearest if pk in shown][:MOST_NEAR]


def _ids(entries: QuerySet[SearchEntry]) -> list[UUID]:
    return [pk for (pk,) in _in_order(entries)]


def _in_order(entries: QuerySet[SearchEntry], *more: str) -> QuerySet[Any, Any]:
    order = ["rank"] if "rank" in entries.query.annotations else []
    return entries.order_by(*order, Lower("version__title"), "standard__reference").values_list("version_id", *more)


_without_words = SeenBy(
    lambda actor, filters: _in_order(_filtered(SearchEntry.objects.visible_to(actor), dict(filters), actor)), SIGHT
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
