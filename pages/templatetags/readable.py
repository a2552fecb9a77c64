"""Showing what people typed or pasted, and what standards say, as it is meant: `{{ claim.feedback|readable }}`."""

from django import template
from django.utils.safestring import SafeString

from core.markdown import rendered
from core.readable import readable as as_meant

register = template.Library()


@register.filter(is_safe=True)
def readable(text: object) -> str:
    """The text without characters that would show as boxes; nothing as nothing. Escaping comes after it, as always."""
    return "" if text is None else as_meant(str(text))


@register.filter
def small_markdown(source: str | None) -> SafeString:
    """What was written in small Markdown as paragraphs, lists and so on; an empty one as nothing."""
    return rendered(source or "")
