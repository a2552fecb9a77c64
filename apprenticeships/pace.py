"""How far an apprentice should be by today, how far they are, and what that is called.

Expected progress is linear over the days from start to planned end without the days of breaks, from 0 to 100. Where
time has stopped, it is what it was on that day. Actual progress is the share of the
standard's KSBs that are signed off. Both are in per cent; their difference, the gap, is in points. These are
expressions for the database, so that a report can sort and filter thousands of rows by them.
"""

from django.db.models import Case, CharField, DateField, F, FloatField, Func, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from apprenticeships.states import KsbState
from core import clock

AHEAD_ABOVE = 10
GREEN_FROM = -5
AMBER_FROM = -15

RAG_LABELS = {
    "ahead": _("Ahead"),
    "green": _("On track"),
    "amber": _("At risk"),
    "red": _("Behind"),
}
#: The rule, as it is printed beside every report that uses it.
RAG_RULE = _(
    "Actual is the percentage of KSBs signed off. Expected is the percentage of time used between "
    "the start and the planned end. The gap is actual minus expected, in percentage points. Ahead: more "
    "than %(ahead)s above. On track: up to %(green)s below. At risk: %(green)s to %(amber)s below. Behind: "
    "more than %(amber)s below."
) % {"ahead": AHEAD_ABOVE, "green": -GREEN_FROM, "amber": -AMBER_FROM}


class DaysBetween(Func):
    """Days from the second date to the first."""

    arity = 2
    output_field = FloatField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(
            compiler, connection, template="(julianday(%(expressions)s))", arg_joiner=") - julianday(", **context
        )

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(
            compiler,
            connection,
            template="CAST(%(expressions)s AS double precision)",
            arg_joiner=" - ",
            **context,
        )


def expected_percent() -> Least:
    """Elapsed days of the planned days, today, from 0 to 100: both without the days of breaks."""
    today = Value(clock.today(), output_field=DateField())
    elapsed = DaysBetween(Coalesce(F("stopped_on"), today), F("started_on")) - F("break_days")
    planned = DaysBetween(F("planned_end_on"), F("started_on")) - F("break_days")
    share = elapsed / Greatest(Value(1.0), planned)
    return Least(Value(100.0), Greatest(Value(0.0), share * Value(100.0)))


#: Null where the standard has no KSBs: that is neither 0 % nor 100 %.
ACTUAL_PERCENT = Case(
    When(ksb_count__gt=0, then=Cast(F(KsbState.SIGNED_OFF.counter), FloatField()) * Value(100.0) / F("ksb_count")),
    output_field=FloatField(),
)
GAP_POINTS = F("actual_percent") - F("expected_percent")
RAG = Case(
    When(gap_points__gt=AHEAD_ABOVE, then=Value("ahead")),
    When(gap_points__gte=GREEN_FROM, then=Value("green")),
    When(gap_points__gte=AMBER_FROM, then=Value("amber")),
    When(gap_points__lt=AMBER_FROM, then=Value("red")),
    default=Value(""),
    output_field=CharField(),
)
