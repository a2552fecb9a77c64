"""Which pages of a long list its navigation names."""

from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()


@register.filter
def numbers_named(page: Page[Any]) -> list[int]:
    """The first, the last, and those up to two away: a record has hundreds, and few of them are shown."""
    last = page.paginator.num_pages
    near = range(max(1, page.number - 2), min(last, page.number + 2) + 1)
    return sorted({1, *near, last})
