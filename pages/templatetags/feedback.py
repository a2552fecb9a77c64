"""Feedback on a claim as pages show it: the parts that say something, each under its name."""

from django import template
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.feedback import PARTS, Feedback
from core import moments
from core.readable import readable

register = template.Library()


@register.filter
def drawn_feedback(feedback: Feedback | None) -> SafeString:
    """The parts of it; nothing where nothing is said."""
    parts: list[tuple[str, str]] = [
        (str(PARTS[name]), linebreaks_filter(readable(text)))
        for name, text in (feedback.texts().items() if feedback else ())
        if text.strip()
    ]
    if feedback and feedback.by_when:
        parts.append((_("By when"), moments.day(feedback.by_when)))
    if not parts:
        return SafeString("")
    return format_html('<dl class="said-parts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", parts))
