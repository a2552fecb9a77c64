"""Where a thing stands on the site, for parts that must name the place without knowing any address.

The pages say where each place is, once, when the site starts.
"""

from collections.abc import Callable

_places: list[Callable[..., str]] = []


def resolve_with(address_of: Callable[..., str]) -> None:
    """Have `address_of(place, *ids)` say where each place is, from now on."""
    _places[:] = [address_of]


def path_to(place: str, *ids: object) -> str:
    """The path of a place such as "evidence", with the ids that it needs.

    Raises:
        LookupError: no pages are installed.
    """
    if not _places:
        raise LookupError(f"nobody says where {place} is")
    return _places[0](place, *ids)
