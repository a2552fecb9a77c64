"""How far an apprentice should be by today, how far they are, and what that is called.

Expected progress is linear over the days from start to planned end without the days of breaks, from 0 to 100. Where
time has stopped, it is what it was on that day. Actual progress is the share of the
standard's KSBs that are signed off. Both are in per cent; their difference, the gap, is in points. These are
expressions for the database, so that a report can sort and filter thousands of rows by them.
"""

from typing import NamedTuple

from django.db.models import Case, CharField, DateField, F, FilteredRelation, FloatField, Func, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apprenticeships.states import KsbState
from core import clock

#: While an apprenticeship is in one of these its time counts, and so does how far it has come.
COUNTED_STATUSES = ("waiting", "on_programme")


class Limits(NamedTuple):
    """What a provider can set: how far from expected is what, in percentage points, and which shares are too many.

    The shares are those of the apprenticeship accountability framework, in per cent, which differ by year.
    """

    ahead_above: int = 10
    on_track_within: int = 5
    at_risk_within: int = 15
    withdrawals_watched_from: int = 15
    withdrawals_at_risk_above: int = 20
    long_breaks_at_risk_from: int = 10


DEFAULT_LIMITS = Limits()
#: Those that an apprenticeship's pace depends on.
PACE_LIMITS = Limits._fields[:3]

RAG_LABELS = {
    "ahead": _("Ahead"),
    "green": _("On track"),
    "amber": _("At risk"),
    "red": _("Behind"),
}
#: What there is instead of a pace, by the status for which nobody is behind, or because there is nothing to count.
NOT_COUNTED = {
    "break": _("on a break"),
    "past_gateway": _("past the gateway"),
    "achieved": _("achieved"),
    "not_achieved": _("not achieved"),
    "withdrawn": _("withdrawn"),
    "no_ksbs": _("no KSBs to count yet"),
}


def rule_words(limits: Limits) -> str:
    """The rule, as it is printed beside every report that uses it."""
    return _now(
        "Actual is the percentage of KSBs signed off. Expected is the percentage of time used between "
        "the start and the planned end. The gap is actual minus expected, in percentage points. Ahead: more "
        "than %(ahead)s above. On track: up to %(green)s below. At risk: %(green)s to %(amber)s below. Behind: "
        "more than %(amber)s below. Days on a break in learning count on neither side. Nobody on a break, past the "
        "gateway or withdrawn is counted."
    ) % {"ahead": limits.ahead_above, "green": limits.on_track_within, "amber": limits.at_risk_within}


def provider_rule() -> FilteredRelation:
    """The rule that applies at the provider of an apprenticeship, if it has set one."""
    return FilteredRelation("provider__pace_rules", condition=Q(provider__pace_rules__replaced_at=None))


def limit(name: str) -> Coalesce:
    """One of `PACE_LIMITS` as the provider has set it, of rows annotated with `provider_rule` as `pace_rule`."""
    return Coalesce(F(f"pace_rule__{name}"), Value(getattr(DEFAULT_LIMITS, name)))


def limits_of_row(row: object) -> Limits:
    """The limits of the provider of an apprenticeship that was read `with_pace`."""
    return DEFAULT_LIMITS._replace(**{name: vars(row)[name] for name in PACE_LIMITS})


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
#: Null for who is not counted, so that they are nobody's last.
GAP_POINTS = Case(
    When(status__in=COUNTED_STATUSES, then=F("actual_percent") - F("expected_percent")), output_field=FloatField()
)
#: Of RAG_LABELS, or for who is not counted of NOT_COUNTED.
RAG = Case(
    When(~Q(status__in=COUNTED_STATUSES), then=F("status")),
    When(gap_points__gt=F("ahead_above"), then=Value("ahead")),
    When(gap_points__gte=-F("on_track_within"), then=Value("green")),
    When(gap_points__gte=-F("at_risk_within"), then=Value("amber")),
    When(gap_points__isnull=False, then=Value("red")),
    default=Value("no_ksbs"),
    output_field=CharField(),
)
