"""Showing what was written in small Markdown."""

from django import template
from django.utils.safestring import SafeString

from core.markdown import rendered

register = template.Library()


@register.filter
def small_markdown(source: str | None) -> SafeString:
    """The text as paragraphs, lists and so on; an empty one as nothing."""
    return rendered(source or "")
