"""Addresses of many rows of one kind: looked up once, since a lookup takes longer than the rest of a row."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY = UUID(int=0)


def addresses_of(name: str) -> Callable[[UUID], str]:
    """What gives the address called `name` for any id, where the id is all that differs."""
    before, after = _around_the_id(name, get_script_prefix())

    def address(key: UUID) -> str:
        return f"{before}{key}{after}"

    return address


@cache
def _around_the_id(name: str, _prefix: str) -> tuple[str, str]:
    before, after = reverse(f"pages:{name}", args=[_ANY]).split(str(_ANY))
    return before, after
