"""How the catalogue's pages show a status, a fact that differs, and words that were changed."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.template import Context
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from occupations import statuses
from occupations.comparison import FactChange, Piece, marked_items
from occupations.models import StandardVersion
from occupations.progression import Link
from pages.catalogue.version_names import correction_name, version_key, version_name
from pages.templatetags.icons import drawn

register = template.Library()
register.filter(version_key)
register.filter(version_name)
register.filter(correction_name)

#: From this many characters a text is shown with its words marked, not as one line in place of another.
LONG = 60

#: A standard's name in addresses that stands in for any.
_ANY = "ST0000"
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
    "assessment_plan_url": _("Assessment plan"),
    "assessments": _("Assessment"),
    "change": _("Changes in this version"),
    "english_and_maths": _("English and maths"),
    "green_job_titles": _("Green job titles"),
    "has_core_and_options": _("Core and options"),
    "is_career_starter": _("Career starter"),
    "job_titles": _("Typical job titles"),
    "maximum_funding_pounds": _("Maximum funding (£)"),
    "median_salary_pounds": _("Median salary (£)"),
    "notice": _("Notice"),
    "occupation_reference": _("Occupation"),
    "options": _("Options"),
    "page_url": _("Official page"),
    "products": _("Ways to train"),
    "prose": _("Text"),
    "quality_assured_by": _("Assessment quality checked by"),
    "soc_code": _("SOC 2020 code"),
    "soc_groups": _("SOC 2020 groups"),
    "soc_title": _("SOC 2020 title"),
    "template": _("Type of standard"),
    "typical_duration_months": _("Typical duration (months)"),
    "version_log": _("Version log"),
}


@register.simple_tag
def occupation_status(status: str) -> SafeString | str:
    """A published status with the icon and colour of its kind; nothing for none."""
    return drawn_status(status) if status else ""


@lru_cache(maxsize=500)
def drawn_status(status: str) -> SafeString:
    """The markup of a published status, for what is built in Python."""
    kind = statuses.kind_of(status)
    return format_html(
        '<span class="occupation-status" data-kind="{}">{}{}</span>', kind, drawn(_ICONS[kind], 14), status
    )


@register.simple_tag
def carries_over_address(focus: StandardVersion, link: Link) -> str:
    """The page of what carries over along a way from or to the occupation in focus."""
    ends = (focus.standard.slug, link.slug)
    return reverse("pages:carries-over", args=ends if link.is_onward else ends[::-1])


@register.simple_tag(takes_context=True)
def star(context: Context, slug: str, is_favourite: bool, back: str) -> SafeString:
    """The button that makes a standard a favourite, or no longer; `back` is where to return to without scripts."""
    return stars(context["csrf_token"], back)(slug, is_favourite)


def stars(token: str, back: str) -> Callable[[str, bool], SafeString]:
    """What draws the stars of a page: each takes what addresses call the standard, and whether it is a favourite."""
    address = reverse("pages:favourite", args=[_ANY])
    middle = format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="next" value="{}">',
        token,
        back,
    )
    buttons = [
        format_html(
            '<input type="hidden" name="on" value="{}"><button class="star-button" type="submit" aria-pressed="{}" '
            'title="{}">{}',
            *on_pressed_title,
            drawn("star", 20),
        )
        for on_pressed_title in (
            ("1", "false", gettext("Add to my favourites")),
            ("0", "true", gettext("One of my favourites")),
        )
    ]
    label = gettext("Favourite: %(reference)s")

    def drawn_star(slug: str, is_favourite: bool) -> SafeString:
        return format_html(
            '<form class="star" method="post" action="{0}" hx-post="{0}" hx-target="this" hx-swap="outerHTML">{1}{2}'
            '<span class="visually-hidden">{3}</span></button></form>',
            address.replace(_ANY, slug),
            middle,
            buttons[is_favourite],
            label % {"reference": slug},
        )

    return drawn_star


@register.filter
def status_icon(kind: str) -> str:
    """The icon of a kind of the legend."""
    return _ICONS.get(kind, _ICONS[""])


@register.filter
def fact_label(name: str) -> str:
    """What a fact is called."""
    if name in _LABELS:
        return str(_LABELS[name])
    try:
        field: Any = StandardVersion._meta.get_field(name)
        return str(field.verbose_name).capitalize()
    except FieldDoesNotExist:
        return name


@register.filter
def fact_lines(value: Any) -> list[str]:
    """A fact as lines of text: one, or one for each item of a list."""
    match value:
        case None | "" | [] | ():
            return []
        case bool():
            return [str(_("Yes") if value else _("No"))]
        case list() | tuple():
            return [" · ".join(fact_lines(item)) for item in value]
        case dict():
            return [" · ".join(line for item in value.values() for line in fact_lines(item))]
        case str() if (day := _day(value)) is not None:
            return [date_format(day)]
    return [str(value)]


@register.filter
def is_long_text(change: FactChange) -> bool:
    """Whether a fact is a text on both sides that is best shown with its words marked."""
    return bool(change.before and change.after and change.pieces) and len(change.after) > LONG


@register.filter
def fact_pieces(change: FactChange) -> list[Piece]:
    """What of a fact differs: words of a long text, else whole lines."""
    if is_long_text(change):
        return change.pieces
    return marked_items(fact_lines(change.before), fact_lines(change.after))


def _day(value: str) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None
