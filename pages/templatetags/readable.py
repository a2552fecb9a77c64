"""Showing what people typed or pasted, and what standards say, as it is meant: `{{ claim.feedback|readable }}`."""

from django import template

from core.readable import readable as as_meant

register = template.Library()


@register.filter(is_safe=True)
def readable(text: object) -> str:
    """The text without characters that would show as boxes; nothing as nothing. Escaping comes after it, as always."""
    return "" if text is None else as_meant(str(text))
