"""When every KSB may be signed off, from how fast KSBs were signed off until now: a range, never a promise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.breaks import Break
from core import moments

#: With fewer sign-offs, or fewer days that count, chance says more than pace.
FEWEST_SIGN_OFFS = 3
FEWEST_DAYS = 90
#: How far back “lately” reaches, in days that count.
RECENT_DAYS = 90
#: The range is at least this much wider at each end than the paces that it comes from.
MARGIN = 0.1
#: Further away than this, a date says nothing.
MOST_DAYS = 365 * 10

METHOD = gettext_lazy(
    "Two paces are worked out: sign-offs for each day since the start, and sign-offs for each day of the last "
    "%(recent)s days. Days on a break are left out of both. The KSBs that are left are divided by the faster pace, "
    "plus a tenth, for the early end of the range, and by the slower one, less a tenth, for the late end. It needs at "
    "least %(sign_offs)s sign-offs and %(days)s days on the programme. It only looks at the past."
)


@dataclass(frozen=True)
class Forecast:
    """The range, or why there is none.

    Attributes:
        words: what it says, in a sentence or two.
        earliest: None, where there is no forecast.
        latest: None as well where the slower pace leads nowhere.
    """

    words: str
    earliest: date | None = None
    latest: date | None = None


def method() -> str:
    """How the range is worked out, in words."""
    return str(METHOD) % {"recent": RECENT_DAYS, "sign_offs": FEWEST_SIGN_OFFS, "days": FEWEST_DAYS}


def active_days(start: date, end: date, breaks: Iterable[Break]) -> int:
    """Days from `start` to `end` without those of breaks."""
    days = (end - start).days
    for one in breaks:
        days -= max((min(end, one.ended_on or end) - max(start, one.started_on)).days, 0)
    return max(days, 0)


def _beginning_of_recent(today: date, breaks: Sequence[Break]) -> date:
    """The day from which `RECENT_DAYS` days that count lead to today."""
    start = today - timedelta(days=RECENT_DAYS)
    while (missing := RECENT_DAYS - active_days(start, today, breaks)) > 0:
        start -= timedelta(days=missing)
    return start


def forecast(
    signed_off_on: Sequence[date],
    left: int,
    *,
    started_on: date,
    planned_end_on: date,
    today: date,
    breaks: Sequence[Break] = (),
    is_stopped: bool = False,
) -> Forecast:
    """When the KSBs that are left may be signed off.

    Args:
        signed_off_on: the days of the sign-offs that stand.
        left: how many KSBs are not signed off yet.
        is_stopped: whether time does not count at the moment.
    """
    if not left:
        words = _("Every KSB is signed off.") if signed_off_on else _("There are no KSBs to count yet.")
        return Forecast(words)
    if is_stopped:
        return Forecast(_("There is no forecast while time does not count, such as during a break."))
    days = active_days(started_on, today, breaks)
    if len(signed_off_on) < FEWEST_SIGN_OFFS or days < FEWEST_DAYS:
        return Forecast(_("There is not enough yet to say."))
    recent = sum(on > _beginning_of_recent(today, breaks) for on in signed_off_on)
    paces = (len(signed_off_on) / days, recent / RECENT_DAYS)
    earliest = _after(today, left / (max(paces) * (1 + MARGIN)))
    latest = _after(today, left / (min(paces) * (1 - MARGIN))) if min(paces) else None
    if earliest is None:
        return Forecast(_("At this pace it would take more than ten years."))
    return Forecast(_words(earliest, latest, planned_end_on), earliest, latest)


def _after(today: date, days: float) -> date | None:
    return today + timedelta(days=ceil(days)) if days <= MOST_DAYS else None


def _words(earliest: date, latest: date | None, planned_end_on: date) -> str:
    given = {
        "earliest": moments.day(earliest),
        "latest": moments.day(latest) if latest else "",
        "end": moments.day(planned_end_on),
        "days": RECENT_DAYS,
    }
    if latest is None:
        said = _(
            "Every KSB could be signed off by %(earliest)s at the earliest. At the pace of the last %(days)s days, "
            "there is no end in sight."
        )
    else:
        said = _("Every KSB could be signed off between %(earliest)s and %(latest)s.")
    if earliest > planned_end_on:
        said += " " + _("That is after the planned end, %(end)s.")
    elif latest is None or latest > planned_end_on:
        said += " " + _("The planned end, %(end)s, is within that.")
    else:
        said += " " + _("That is before the planned end, %(end)s.")
    return said % given
