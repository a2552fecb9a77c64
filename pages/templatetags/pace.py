"""How far somebody is beside where they should be. Tables show many of these, so they are tags and no templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

#: The shape of each pace, beside its colour and its word.
_SHAPES = {
    "ahead": "m4 8 4-4 4 4M4 13l4-4 4 4",
    "green": "m3 8.5 3.5 3.5L13 4.5",
    "amber": "M8 2v7.5M8 13.5v.1",
    "red": "M8 3v10M4 9l4 4 4-4",
}


@register.simple_tag
def rag(key: str, label: object) -> SafeString:
    """A pace by its key (ahead, green, amber, red, or none) and its word."""
    if key not in _SHAPES:
        return format_html('<span class="rag">{}</span>', label or _("Not known"))
    return format_html(
        '<span class="rag rag-{}"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>{}</span>',
        key,
        _SHAPES[key],
        label,
    )


@register.simple_tag
def progress_bar_small(actual: str, expected: str) -> SafeString:
    """A bar for a table's cell, with the expected point marked. Whole per cents, as text."""
    done = "" if actual == "0" else format_html('<rect class="pace-done" y="3" width="{}%" height="8" rx="4"/>', actual)
    return format_html(
        '<div class="pace-small"><svg height="14" width="100%" role="img" aria-label="{}">'
        '<rect class="pace-track" y="3" width="100%" height="8" rx="4"/>{}'
        '<line class="pace-mark" x1="{}%" x2="{}%" y1="0" y2="14"/></svg>'
        '<span class="pace-value" aria-hidden="true">{}%</span></div>',
        _("%(actual)s%% done, %(expected)s%% expected by today") % {"actual": actual, "expected": expected},
        done,
        expected,
        expected,
        actual,
    )
