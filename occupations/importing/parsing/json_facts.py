"""Facts that the APIs of standards give in the same words, with what is odd about them told."""

from occupations.importing.parsing.json_fields import Fields
from occupations.importing.parsing.progression import ROUTES
from occupations.statuses import API_STATUSES


def status_in(fields: Fields) -> str | None:
    """The status, as published."""
    status = fields.words("status", 100)
    if not status:
        fields.warn("status", "the record has no status")
    elif status.lower() not in API_STATUSES:
        fields.warn("status", f"“{status}” is not one of the statuses known; it is kept")
    return status


def route_in(fields: Fields) -> str | None:
    route = fields.words("route", 100)
    if route and route not in ROUTES:
        fields.warn("route", f"“{route}” is not one of the routes known; it is kept")
    return route


def level_in(fields: Fields) -> int | None:
    level = fields.whole_number("level")
    if level is not None and not 1 <= level <= 8:
        fields.warn("level", f"there is no level {level}; it is left out")
        return None
    return level
