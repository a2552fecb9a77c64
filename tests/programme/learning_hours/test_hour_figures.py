"""The figures of off-the-job hours equal a plain recomputation from the rows, whatever happened."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from apprenticeships.models import Apprenticeship
from core import clock
from programme.learning_hours.totals import worked_out
from programme.planning.plan import Schedule


@dataclass
class Story:
    """Somebody's days, hours and plan, as numbers."""

    length: int
    passed: int
    away: int
    stopped: int | None
    agreed: int | None
    done: int
    items: list[tuple[int, int]]


stories = st.builds(
    Story,
    length=st.integers(200, 900),
    passed=st.integers(0, 1_000),
    away=st.integers(0, 150),
    stopped=st.none() | st.integers(0, 1_000),
    agreed=st.none() | st.integers(1, 1_500),
    done=st.integers(0, 100_000),
    items=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=6),
)


def plainly(story: Story, today: date, started: date) -> tuple[int | None, int | None, int | None]:
    """Planned, expected and needed a week, counted one day and one item after the other."""
    until = min(today, started + timedelta(days=story.stopped)) if story.stopped is not None else today
    planned = None if story.agreed is None else story.agreed * 60
    expected = None
    if story.items:
        planned = sum(hours * 60 for _due, hours in story.items)
        expected = sum(hours * 60 for due, hours in story.items if started + timedelta(days=due) <= until)
    elif planned is not None:
        active = max(0, (until - started).days - story.away)
        expected = round(planned * min(1.0, active / max(1, story.length - story.away)))
    if planned is None:
        return None, None, None
    left = (started + timedelta(days=story.length) - today).days
    weekly = None
    if left > 0 and planned > story.done:
        weeks = max(1.0, left / 7)
        weekly = next(
            minutes
            for minutes in range(int((planned - story.done) / weeks), planned + 2)
            if minutes * max(7, left) >= 7 * (planned - story.done)
        )
    return planned, expected, weekly


@settings(max_examples=25, derandomize=True, deadline=None)
@given(stories)
def test_planned_expected_and_needed_are_what_counting_them_by_hand_gives(story: Story):
    today = clock.today()
    started = today - timedelta(days=story.passed)
    stopped = None if story.stopped is None else min(today, started + timedelta(days=story.stopped))
    learner = Apprenticeship(
        started_on=started,
        planned_end_on=started + timedelta(days=story.length),
        stopped_on=stopped,
        break_days=story.away,
        planned_hours=story.agreed,
        off_the_job_minutes=story.done,
    )
    schedule = None
    if story.items:
        until = stopped or today
        due = sum(60 * hours for day, hours in story.items if started + timedelta(days=day) <= until)
        schedule = Schedule(sum(60 * hours for _day, hours in story.items), due)
    figures = worked_out(learner, schedule=schedule)
    assert (figures.planned, figures.expected, figures.weekly_needed) == plainly(story, today, started)
    assert figures.actual == story.done
