"""Feedback on a claim as pages show it: the parts that say something, each under its name."""

from django import template
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assessments.feedback import Feedback
from core.readable import readable

register = template.Library()


@register.filter
def drawn_feedback(feedback: Feedback | None) -> SafeString:
    """The parts of it; nothing where nothing is said."""
    said = feedback.in_words() if feedback else []
    if not said:
        return SafeString("")
    parts = [(name, linebreaks_filter(readable(text))) for name, text in said]
    return format_html('<dl class="said-parts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", parts))
