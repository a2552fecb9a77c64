"""By when a progress review has to be held: the rule of the funding year, a rhythm of one’s own, and breaks.

Which rule holds for somebody, `ProgrammeRules` says: so many weeks after the last review or the start, or the end of
the month that is so many after it. Source of the latter: funding rules on review frequency, 2025-26, paragraph 92,
whose example is a review on 1 August after which the next is due by 30 November. Days of breaks do not count.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.breaks import Break
from apprenticeships.models import Apprenticeship, ProgrammeRules
from apprenticeships.rules import rules_for

#: This long before the day, a review is due soon.
SOON = timedelta(days=14)


class Rhythm(NamedTuple):
    """How often progress is reviewed: every so many weeks or calendar months."""

    weeks: int = 0
    months: int = 0

    def __str__(self) -> str:
        if self.weeks:
            return ngettext("every week", "every %(n)d weeks", self.weeks) % {"n": self.weeks}
        return ngettext("every calendar month", "every %(n)d calendar months", self.months) % {"n": self.months}

    def deadline(self, last: date) -> date:
        """The last day for the review after one on `last`."""
        if self.weeks:
            return last + timedelta(weeks=self.weeks)
        year, month = divmod(last.year * 12 + last.month - 1 + self.months, 12)
        return date(year, month + 1, monthrange(year, month + 1)[1])


def rule_in(rules: ProgrammeRules) -> Rhythm | None:
    """How often the rules of a programme ask for reviews; None where they ask for none."""
    return Rhythm(rules.review_weeks or 0, rules.review_months or 0) if rules.has_reviews else None


def rule_for(apprenticeship: Apprenticeship) -> Rhythm | None:
    """What the rules of the day on which somebody started say. It was read with its standard."""
    return rule_in(rules_for(apprenticeship))


def rhythm_of(rule: Rhythm | None, own_months: int | None) -> Rhythm | None:
    """What was agreed for an apprentice, or else the rule."""
    return Rhythm(months=own_months) if own_months and rule else rule


def due_on(last: date, rhythm: Rhythm, breaks: Iterable[Break] = ()) -> date:
    """By when the next review has to be held, after one on `last` or the start. Breaks since then do not count."""
    lost = sum(
        (one.ended_on - max(one.started_on, last)).days for one in breaks if one.ended_on and one.ended_on > last
    )
    return rhythm.deadline(last + timedelta(days=lost))


def how_due(due: date, today: date) -> str:
    """“overdue”, “soon” or nothing."""
    if due < today:
        return "overdue"
    return "soon" if due - SOON <= today else ""


def in_words(due: date, today: date) -> str:
    """How long it is until then, or since."""
    days = (due - today).days
    if days < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}
    if days == 0:
        return _("due today")
    return ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
