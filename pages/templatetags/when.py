"""Moments as people read them: relative under a day, else the date. The exact moment is in the tooltip."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, moments

register = template.Library()


def in_words(at: datetime) -> str:
    """`at` as it is said now: just now, 5 minutes ago, 3 hours ago, 3 March 2026."""
    return _in_words(at, moments.day(timezone.localtime(at)))


def _in_words(at: datetime, on: str) -> str:
    ago = clock.now() - at
    if ago < timedelta() or ago >= timedelta(days=1):
        return on
    minutes = int(ago.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    return ngettext("%(n)d hour ago", "%(n)d hours ago", minutes // 60) % {"n": minutes // 60}


@register.filter
def day(on: date) -> str:
    """A day by itself: 3 March 2026."""
    return moments.day(on)


@register.filter
def day_said(written: str) -> str:
    """A day that a snapshot holds in ISO form: 3 March 2026."""
    return moments.day(date.fromisoformat(written))


@register.simple_tag
def when(at: datetime | date | None) -> SafeString | str:
    """A moment or a day as a `<time>`; nothing for none."""
    if not at:
        return ""
    if isinstance(at, datetime):
        local = timezone.localtime(at)
        on = moments.day(local)
        exactly = f"{on}, {moments.minute(local)}"
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exactly, _in_words(at, on))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), moments.day(at))
