"""Addresses of many rows of one kind: looked up once a list, since a lookup takes longer than the rest of a row."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse

_ANY = UUID(int=0)


def addresses_of(name: str) -> Callable[[UUID], str]:
    """What gives the address called `name` for any id, where the id is all that differs."""
    before, after = reverse(f"pages:{name}", args=[_ANY]).split(str(_ANY))

    def address(key: UUID) -> str:
        return f"{before}{key}{after}"

    return address
