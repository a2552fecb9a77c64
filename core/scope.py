"""Deny by default for rows that belong to somebody.

While a request is served, a query on such rows must have passed through `visible_to` (or `unscoped`, which a workflow
function uses to lock a row before it asks its own rule); any other query raises `ScopeMissing`. Outside a request, in
commands and tests, there is nobody to hide rows from and every query runs.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar, cast

from django.db import models

from core.actor import Actor

_enforced: ContextVar[bool] = ContextVar("scope_enforced", default=False)
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept_for_this_request", default=None)
Kept = TypeVar("Kept")
Row = TypeVar("Row", bound=models.Model)


class ScopeMissing(RuntimeError):
    """A query for somebody's rows was about to run without saying on whose behalf."""


@contextmanager
def enforced(already_kept: Mapping[Hashable, Any] | None = None) -> Iterator[None]:
    """Refuse unscoped queries inside the block: around every request."""
    token, kept_token = _enforced.set(True), _kept.set(dict(already_kept or {}))
    try:
        yield
    finally:
        _enforced.reset(token)
        _kept.reset(kept_token)


def kept(key: Hashable, work_out: Callable[[], Kept]) -> Kept:
    """What `work_out` returns, worked out once for each request. Outside a request nothing is kept."""
    store = _kept.get()
    if store is None:
        return work_out()
    if key not in store:
        store[key] = work_out()
    return cast(Kept, store[key])


def keep(key: Hashable, value: Any) -> None:
    """Keep what is known already, for `kept` to return in this request. Outside a request nothing is kept."""
    store = _kept.get()
    if store is not None:
        store[key] = value


class ScopedQuerySet(models.QuerySet[Row]):
    """A queryset that will not run inside a request until it has a scope.

    Rows reached through a parent (`apprenticeship.evidence.all()`) have one: the parent was looked up through its own.
    """

    _is_scoped = False
    _hints: dict[str, Any]

    def unscoped(self) -> Self:
        """The same rows, with no person's view applied: for workflow functions, whose named rule decides instead."""
        clone: Self = self._chain()  # type: ignore[attr-defined]  # not in the stubs
        clone._is_scoped = True
        return clone

    def visible_to(self, actor: Actor) -> Self:
        """Rows that `actor` may open, by today's memberships and assignments. Each queryset says how."""
        raise NotImplementedError

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # not in the stubs
        clone._is_scoped = self._is_scoped
        return clone

    def _require_scope(self) -> None:
        if _enforced.get() and not self._is_scoped and "instance" not in self._hints:
            raise ScopeMissing(f"{self.model._meta.label} was queried without visible_to(actor)")

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()
