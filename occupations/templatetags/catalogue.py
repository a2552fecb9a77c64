"""How the catalogue's pages show a status, a fact that differs, and words that were changed."""

from datetime import date
from typing import Any

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from occupations import statuses
from occupations.models import StandardVersion

register = template.Library()

_ICONS = {
    "approved": "circle-check-big",
    "in_development": "hourglass",
    "potential": "circle-dashed",
    "no_apprenticeship": "file-text",
    "custom": "square-pen",
    "closed": "archive",
    "": "info",
}
_LABELS = {
    "options": _("Options"),
    "products": _("Ways to learn it"),
    "assessments": _("Assessment"),
    "typical_duration_months": _("Typical duration (months)"),
    "maximum_funding_pounds": _("Maximum funding (£)"),
    "median_salary_pounds": _("Median salary (£)"),
    "is_career_starter": _("Career starter"),
}


@register.inclusion_tag("components/occupation_status.html")
def occupation_status(status: str) -> dict[str, str]:
    """A published status with the icon and colour of its kind."""
    kind = statuses.kind_of(status)
    return {"kind": kind, "icon": _ICONS[kind], "status": status}


@register.filter
def status_icon(kind: str) -> str:
    """The icon of a kind of the legend."""
    return _ICONS.get(kind, _ICONS[""])


@register.filter
def fact_label(name: str) -> str:
    """What a fact is called."""
    if name in _LABELS:
        return _LABELS[name]
    try:
        return str(StandardVersion._meta.get_field(name).verbose_name).capitalize()
    except FieldDoesNotExist:
        return name


@register.filter
def fact_lines(value: Any) -> list[str]:
    """A fact as lines of text: one, or one for each item of a list."""
    match value:
        case None | "" | [] | ():
            return []
        case bool():
            return [_("Yes") if value else _("No")]
        case list() | tuple():
            return [" · ".join(fact_lines(item)) for item in value]
        case dict():
            return [" · ".join(line for item in value.values() for line in fact_lines(item))]
        case str() if (day := _day(value)) is not None:
            return [date_format(day)]
    return [str(value)]


@register.filter
def as_day(value: Any) -> Any:
    """A day that a source wrote as 2024-03-01, for showing; other words as they are."""
    return (_day(value) or value) if isinstance(value, str) else value


def _day(value: str) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None
