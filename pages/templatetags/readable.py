"""Showing what people typed or pasted, and what standards say, as it is meant: `{{ claim.feedback|readable }}`."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from core.markdown import rendered
from core.readable import readable as as_meant
from core.readable import with_lines

register = template.Library()


@register.filter(is_safe=True)
def readable(text: object) -> str:
    """The text without characters that would show as boxes; nothing as nothing. Escaping comes after it, as always."""
    return "" if text is None else as_meant(str(text))


@register.filter(needs_autoescape=True)
def statement_lines(statement: str, autoescape: bool = True) -> SafeString:
    """What a KSB says in full, in the lines that it has."""
    return linebreaksbr(with_lines(as_meant(statement)), autoescape)


@register.filter
def small_markdown(source: str | None) -> SafeString:
    """What was written in small Markdown as paragraphs, lists and so on; an empty one as nothing."""
    return rendered(source or "")
