"""Addresses of many rows of one kind: looked up once, since a lookup takes longer than the rest of a row."""

import re
from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY, _ANY_CODE = UUID(int=0), "K0"
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,3}")


def addresses_of(name: str) -> Callable[[UUID], str]:
    """What gives the address called `name` for any id, where the id is all that differs."""
    return _around_the_id(name, get_script_prefix())


@cache
def _around_the_id(name: str, _prefix: str) -> Callable[[UUID], str]:
    return reverse(f"pages:{name}", args=[_ANY]).replace(str(_ANY), "{}").format


def address_of(name: str, *ids: object) -> str:
    """The address called `name`. One of an id, or of an id and a KSB's code, is looked up once."""
    match ids:
        case (UUID() as key,):
            return addresses_of(name)(key)
        case (UUID() as key, str(code)) if _CODE.fullmatch(code):
            before, between, after = _around_id_and_code(name, get_script_prefix())
            return f"{before}{key}{between}{code}{after}"
    return reverse(f"pages:{name}", args=ids)


@cache
def _around_id_and_code(name: str, _prefix: str) -> tuple[str, str, str]:
    before, rest = reverse(f"pages:{name}", args=[_ANY, _ANY_CODE]).split(str(_ANY))
    between, after = rest.split(_ANY_CODE)
    return before, between, after
