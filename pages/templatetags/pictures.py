"""`{% picture figures.by_type %}`: a picture with its words, its numbers and its file."""

from django import template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pages.pictures.drawing import svg
from pages.pictures.tables import drawn_table
from reports.pictures import Picture

register = template.Library()


@register.simple_tag(takes_context=True)
def picture(context: template.Context, shown: Picture, level: int = 2) -> SafeString:
    """The picture under a heading. Its files are at the page's own address, with `csv` or `xlsx` and its name."""
    heading = format_html(
        '<h{0} class="picture-title" id="{1}">{2}</h{0}><p class="picture-about">{3}</p>',
        level,
        shown.name,
        shown.title,
        shown.description,
    )
    if shown.is_empty:
        return format_html('<section class="panel picture">{}<p>{}</p></section>', heading, _("Nothing to show yet."))
    query = context["request"].GET.copy()
    for ending in ("csv", "xlsx"):
        query.pop(ending, None)
    address = f"?{query.urlencode()}{'&' if query else ''}"
    return format_html(
        '<section class="panel picture" aria-labelledby="{}">{}{}<details class="picture-numbers"><summary>{}</summary>'
        '{}</details><p class="cluster">{}{}</p></section>',
        shown.name,
        heading,
        svg(shown),
        format_html('{}<span class="visually-hidden">: {}</span>', _("Show the numbers"), shown.title),
        drawn_table(shown),
        _file(address + urlencode({"csv": shown.name}), _("Download as CSV"), shown),
        _file(address + urlencode({"xlsx": shown.name}), _("Download for Excel"), shown),
    )


def _file(address: str, words: str, shown: Picture) -> SafeString:
    return format_html(
        '<a class="picture-file" href="{}" download>{}<span class="visually-hidden">: {}</span></a>',
        address,
        words,
        shown.title,
    )
