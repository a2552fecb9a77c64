"""What the list of standards shows: which standards, in which order, and each with what stands in its row."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Lower

from core.actor import Actor
from occupations import products, search
from occupations.models import Favourite, SearchEntry, StandardVersion

PAGE_SIZE = 20

#: The bands of the occupational maps, and their levels.
BANDS = {"technical": (1, 3), "higher": (4, 5), "professional": (6, 8)}

_ROW_FIELDS = [
    "title",
    "version",
    "correction",
    "status",
    "route",
    "level",
    "green",
    "is_career_starter",
    "occupation_reference",
    "standard__reference",
    "standard__slug",
    "standard__owner",
]


@dataclass(frozen=True)
class Choices:
    """What there is to choose from in what is held."""

    routes: list[str]
    levels: list[int]
    statuses: list[str]
    products: list[str]
    is_any_green: bool


def choices(entries: QuerySet[SearchEntry]) -> Choices:
    """The values that the versions of these entries have, in one query and two for the products."""
    rows = list(entries.values_list("version__route", "version__level", "version__status", "version__green").distinct())
    return Choices(
        routes=sorted({route for route, _, _, _ in rows if route}),
        levels=sorted({level for _, level, _, _ in rows if level}),
        statuses=sorted({status for _, _, status, _ in rows if status}),
        products=products.kinds_held(entries),
        is_any_green=any(green for _, _, _, green in rows),
    )


def found(entries: QuerySet[SearchEntry], filters: dict[str, Any], actor: Actor) -> list[Any]:
    """The ids of the versions to list, the best match first, else by title: a search is made once, not once a page."""
    entries = search.matching(_filtered(entries, filters, actor), filters.get("words") or "")
    order = ["rank"] if "rank" in entries.query.annotations else []
    return list(
        entries.order_by(*order, Lower("version__title"), "standard__reference").values_list("version_id", flat=True)
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


def page_of(ids: list[Any], number: str | None, actor: Actor) -> Page:
    """One page of what was `found`: versions with `ksb_count`, `is_favourite` and their standard's other versions."""
    page = Paginator(ids, PAGE_SIZE).get_page(number)
    rows = (
        StandardVersion.objects.unscoped()
        .filter(pk__in=page.object_list)
        .select_related("standard")
        .only(*_ROW_FIELDS)
        .annotate(
            ksb_count=Count("ksbs"),
            is_favourite=Exists(Favourite.objects.filter(standard=OuterRef("standard"), user=actor.person_id)),
        )
        .prefetch_related(
            Prefetch("standard__versions", StandardVersion.objects.only("standard", "version", "correction"))
        )
    )
    by_id = {row.pk: row for row in rows}
    page.object_list = [by_id[pk] for pk in page.object_list if pk in by_id]
    for row in page.object_list:
        row.other_numbers = numbers_but(row, row.standard.versions.all())
    return page


def numbers_but(shown: StandardVersion, versions: Any) -> list[str]:
    """The numbers of the other versions, the newest first, each once."""
    others = {other.number_parts: other.version for other in versions if other.version != shown.version}
    return [others[parts] for parts in sorted(others, reverse=True)]
