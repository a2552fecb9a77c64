"""Which pages of a long list its navigation names."""

from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()


@register.filter
def numbers_named(page: Page[Any]) -> list[int | None]:
    """The first, the last and those beside the page, None for what is left out: a record has hundreds of pages."""
    last = page.paginator.num_pages
    named = {1, page.number - 1, page.number, page.number + 1, last}
    shown = {*named, page.number - 2, page.number + 2}
    return [number if number in named else None for number in sorted(shown) if 1 <= number <= last]
