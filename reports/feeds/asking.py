"""What a program asks of a table in the address: which columns and rows, in which order, and how many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from core.actor import Actor
from reports.feeds.filtering import NotUnderstood, condition
from reports.feeds.models import FeedKey
from reports.feeds.tables import FeedTable, Rows
from reports.tables.columns import Column

#: A page of a table has so many rows; whoever wants more follows the link to the next.
PAGE_SIZE = 2_000
#: No table has more, and no database counts further.
_LARGEST = 2**31 - 1
KNOWN = frozenset({"$select", "$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"})


@dataclass(frozen=True)
class Page:
    """Some rows of a table, by the names of their columns.

    Attributes:
        count: how many rows fit the filter, if that was asked for.
        following: what to ask for next, or None at the end.
    """

    rows: list[dict[str, Any]]
    count: int | None
    following: dict[str, str] | None


@dataclass(frozen=True)
class Asked:
    """What a program asks for, checked."""

    given: Mapping[str, str]
    columns: dict[str, Column]
    where: Q | None
    order: list[tuple[Column, bool]]
    top: int | None
    skip: int
    with_count: bool
    #: Where the page before ended: the ids of its last row, or with an order of one's own how many rows there were.
    after: list[UUID] = field(default_factory=list)
    seen: int = 0

    @classmethod
    def of(cls, table: FeedTable, key: FeedKey, given: Mapping[str, str]) -> Self:
        """What the options of an address mean for a table.

        Args:
            given: the options; those that do not begin with `$` are somebody else’s, and mean nothing.

        Raises:
            NotUnderstood: one of them is not supported, or not what it should be.
        """
        for name in given:
            if name.startswith("$") and name not in KNOWN:
                raise NotUnderstood(_("%(what)s is not supported by this feed.") % {"what": name[:40]})
        if given.get("$format", "json").split(";")[0] not in ("json", "application/json"):
            raise NotUnderstood(_("This feed answers in JSON only."))
        opened = table.opened_by(key)
        order = list(_order(given.get("$orderby", ""), opened))
        after, seen = _place(given.get("$skiptoken", ""), table, bool(order))
        return cls(
            given=given,
            columns=_selected(given.get("$select", ""), opened),
            where=condition(given["$filter"], opened) if given.get("$filter", "").strip() else None,
            order=order,
            top=_number(given, "$top"),
            skip=_number(given, "$skip") or 0,
            with_count=_is_true(given, "$count"),
            after=after,
            seen=seen,
        )

    def rows_of(self, table: FeedTable, key: FeedKey, actor: Actor) -> Rows:
        """All that fit the filter, of those that the key gives."""
        rows = table.rows_for(key, actor)
        return rows.filter(self.where) if self.where is not None else rows

    def page(self, table: FeedTable, key: FeedKey, actor: Actor) -> Page:
        """The rows of one page, and what to ask for to get those that come after them."""
        found = self.rows_of(table, key, actor)
        count = found.count() if self.with_count else None
        ids = [table.columns[name].field for name in table.key]
        wanted = min(PAGE_SIZE, _LARGEST if self.top is None else self.top)
        start = self.skip + self.seen
        if self.after:
            found = found.filter(_beyond(ids, self.after))
        fields = list(dict.fromkeys([*ids, *(column.field for column in self.columns.values())]))
        order = [
            F(column.field).desc(nulls_last=True) if is_descending else F(column.field).asc(nulls_first=True)
            for column, is_descending in self.order
        ]
        # One more than is wanted says whether there are more.
        read = list(found.order_by(*order, *ids).values_list(*fields)[start : start + wanted + 1]) if wanted else []
        kept = [dict(zip(fields, row, strict=True)) for row in read[:wanted]]
        rows = [{name: column.value(row[column.field]) for name, column in self.columns.items()} for row in kept]
        is_more = len(read) > wanted and (self.top is None or self.top > wanted)
        return Page(rows, count, self._following(kept, ids, start) if is_more else None)

    def _following(self, kept: list[dict[str, Any]], ids: list[str], start: int) -> dict[str, str]:
        left_out = ("$top", "$skip", "$skiptoken")
        following = {name: value for name, value in self.given.items() if name not in left_out}
        if self.top is not None:
            following["$top"] = str(self.top - len(kept))
        last = kept[-1]
        place = str(start + len(kept)) if self.order else ",".join(str(last[one]) for one in ids)
        return following | {"$skiptoken": place}


def _selected(written: str, opened: dict[str, Column]) -> dict[str, Column]:
    names = [name.strip() for name in written.split(",")] if written.strip() else ["*"]
    if "*" in names:
        return opened
    return {name: _column(name, opened) for name in names}


def _column(name: str, opened: dict[str, Column]) -> Column:
    if name not in opened:
        raise NotUnderstood(_("There is no column “%(what)s” here.") % {"what": name[:80]})
    return opened[name]


def _order(written: str, opened: dict[str, Column]) -> "list[tuple[Column, bool]]":
    found = []
    for part in written.split(",") if written.strip() else []:
        name, *way = part.split()[:3] or [""]
        if way not in ([], ["asc"], ["desc"]):
            raise NotUnderstood(_("$orderby takes columns, each with asc or desc."))
        found.append((_column(name, opened), way == ["desc"]))
    if len(found) > len(opened):
        raise NotUnderstood(_("$orderby names a column twice."))
    return found


def _number(given: Mapping[str, str], name: str) -> int | None:
    if name not in given:
        return None
    written = given[name].strip()
    if not (written.isascii() and written.isdigit()) or len(written) > 10 or int(written) > _LARGEST:
        raise NotUnderstood(_("%(what)s takes a whole number.") % {"what": name})
    return int(written)


def _is_true(given: Mapping[str, str], name: str) -> bool:
    said = given.get(name, "false").strip()
    if said not in ("true", "false"):
        raise NotUnderstood(_("%(what)s is true or false.") % {"what": name})
    return said == "true"


def _place(token: str, table: FeedTable, has_order: bool) -> tuple[list[UUID], int]:
    """Where the page before ended."""
    if not token:
        return [], 0
    try:
        if has_order:
            seen = int(token)
            if 0 <= seen <= _LARGEST:
                return [], seen
        else:
            after = [UUID(part) for part in token.split(",")]
            if len(after) == len(table.key):
                return after, 0
    except ValueError:
        pass
    raise NotUnderstood(_("$skiptoken is not one that this feed gave."))


def _beyond(ids: list[str], after: list[UUID]) -> Q:
    """The rows that come after one, in the order of their ids."""
    first, *others = ids
    if not others:
        return Q(**{f"{first}__gt": after[0]})
    (second,) = others
    return Q(**{f"{first}__gte": after[0]}) & (Q(**{f"{first}__gt": after[0]}) | Q(**{f"{second}__gt": after[1]}))
