"""What a snapshot holds as plain JSON, as people read it."""

from datetime import date

from django import template

from core import moments

register = template.Library()


@register.filter
def day_said(written: str) -> str:
    """A day in ISO form: 3 March 2026."""
    return moments.day(date.fromisoformat(written))
