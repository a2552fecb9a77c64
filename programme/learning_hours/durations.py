"""How long something took, as people write it, and times of day in London on the two nights that are odd."""

import re
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

#: A plain number up to this is hours, one from `MINUTES_FROM` on is minutes; between them we ask.
HOURS_UP_TO, MINUTES_FROM = 12, 15
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_PARTS = re.compile(
    r"(?:(\d{1,3}(?:\.\d+)?)\s*(?:h|hr|hrs|hour|hours)\.?)?\s*(?:(\d{1,4})\s*(?:m|min|mins|minute|minutes)?\.?)?"
)
#: 3.30 may be half past three or a third of an hour after three: only quarters are taken for parts of an hour.
_LIKE_A_CLOCK = re.compile(r"(\d{1,2})\.(?!00|25|50)([0-5]\d)")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d+)?")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(am|pm)?")


def minutes_of(text: str) -> int:
    """The minutes of 3:30, 3.5, 3,5, 210m, 3h 30, 3h30m, 1 hour or 45.

    Raises:
        ValueError: it is nothing like that, or it could be hours as well as minutes; with what to write instead.
    """
    written = " ".join(text.lower().replace(",", ".").split())
    if found := _CLOCK.fullmatch(written):
        return int(found[1]) * 60 + int(found[2])
    if _NUMBER.fullmatch(written):
        return _of_plain_number(written)
    found = _PARTS.fullmatch(written)
    if not written or not found or not (found[1] or found[2]):
        raise ValueError(_("Enter a time such as 3:30, 3.5 or 210m."))
    return round(float(found[1] or 0) * 60) + int(found[2] or 0)


def _of_plain_number(written: str) -> int:
    number = float(written)
    if found := _LIKE_A_CLOCK.fullmatch(written):
        said = {"clock": f"{found[1]}:{found[2]}", "minutes": round(number * 60)}
        raise ValueError(_("Is that hours and minutes, or part of an hour? Enter %(clock)s or %(minutes)sm.") % said)
    if "." in written or number <= HOURS_UP_TO:
        return round(number * 60)
    if number >= MINUTES_FROM:
        return int(number)
    raise ValueError(_("Is that hours or minutes? Enter %(number)sh or %(number)sm.") % {"number": written})


def time_of_day(text: str) -> time:
    """The time of 9:00, 09.30, 0930, 9am or 1.30 pm.

    Raises:
        ValueError: it is no time of day.
    """
    found = _TIME.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(_("Enter a time of day such as 09:30."))
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError(_("Enter a time of day such as 09:30."))
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if hour > 23:
        raise ValueError(_("Enter a time of day such as 09:30."))
    return time(hour, minute)


def moment_of(day: date, at: time, *, later: bool = False) -> datetime:
    """The moment of a time of day in London.

    Args:
        later: of an hour that is lived twice, in the night in which clocks go back, the second.

    Raises:
        ValueError: there is no such time, in the night in which clocks go forward.
    """
    local = datetime.combine(day, at, timezone.get_default_timezone()).replace(fold=int(later))
    moment = local.astimezone(UTC)
    if timezone.localtime(moment).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(_("The clocks went forward that night, so there was no %(time)s.") % {"time": f"{at:%H:%M}"})
    return moment


def minutes_between(day: date, start: time, end: time) -> int:
    """How many minutes passed from one time of day to another, which is the next day's if it is earlier.

    In the night in which clocks go back or forward, it is the time that really passed.

    Raises:
        ValueError: one of the times does not exist, or both are the same.
    """
    if start == end:
        raise ValueError(_("The start and the end are the same."))
    began = moment_of(day, start)
    ended = moment_of(day if end > start else day + timedelta(days=1), end)
    again = moment_of(day, end, later=True)
    if end < start and began < again and again - began < timedelta(hours=1):
        # From 01:50 to 01:10, in the night in which that hour is lived twice.
        ended = again
    return int((ended - began).total_seconds()) // 60


def in_words(minutes: int) -> str:
    """3 h 30 min; what is short alone: 45 min, 3 h."""
    hours, rest = divmod(abs(minutes), 60)
    parts = [_("%(n)s h") % {"n": f"{hours:,}"}] if hours else []
    if rest or not hours:
        parts.append(_("%(n)s min") % {"n": rest})
    return ("−" if minutes < 0 else "") + " ".join(parts)
