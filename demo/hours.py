"""Off-the-job hours in the demo: one apprentice enters theirs week by week, and a session is registered for three."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.utils import timezone

from apprenticeships.facts import Facts
from apprenticeships.models import Apprenticeship
from core.actor import Actor
from demo.history import Act, History
from programme import workflow
from programme.learning_hours.entry_rules import Words
from programme.models import OffTheJobEntry
from programme.workflow import SessionWords

#: What is agreed for everybody: hours off the job, and 37.5 paid hours a week.
AGREED = Facts(planned_hours=330, weekly_minutes=2_250)
#: What the apprentice did, in turn: kind, what, minutes.
_WEEKS = (
    ("teaching", "Writing adverts that say what the job is", 390),
    ("shadowing", "Sat in on three interviews and took notes", 315),
    ("online", "Employment law, module 2", 285),
    ("assignment", "Compared two job boards for the same role", 340),
    ("practice", "Practised screening calls with the team", 270),
    ("mentoring", "Went through my shortlist with Denise", 95),
    ("visit", "Careers fair at the college", 360),
)
_TITLE = "Equality law in recruitment"


def acts(told: History, started_days: int, now: datetime) -> Iterator[Act]:
    """An entry each week, confirmed month by month; the last ones wait."""
    weeks = started_days // 7
    for week in range(weeks):
        at = timezone.localtime(now - timedelta(days=started_days - 7 * week - 4)).replace(hour=16, minute=5 + week)
        yield Act(at, partial(_enter, told, at, week))
        if week % 4 == 3 and week < weeks - 3:
            yield Act(at + timedelta(days=1), partial(_confirm, told))
    late = timezone.localtime(now - timedelta(days=3)).replace(hour=17, minute=20)
    words = Words(late.date(), 75, "portfolio", "Wrote up the careers fair for my portfolio")
    yield Act(late, partial(_log, told, words))


def _enter(told: History, at: datetime, week: int) -> None:
    kind, note, minutes = _WEEKS[week % len(_WEEKS)]
    deliverer = "Gareth Pugh-Jones" if kind in ("teaching", "practice") else "Denise Hollis"
    _log(told, Words(at.date(), minutes + 5 * (week % 9), kind, note, deliverer=deliverer))


def _log(told: History, words: Words) -> None:
    workflow.log_hours(told.apprenticeship_id, told.apprentice, entry_id=uuid4(), words=words)


def _confirm(told: History) -> None:
    waiting = OffTheJobEntry.objects.unscoped().filter(apprenticeship=told.apprenticeship_id).waiting()
    workflow.confirm_hours(told.apprenticeship_id, told.assessor, list(waiting.values_list("pk", flat=True)))


def session(provider: UUID, assessor: Actor, learners: tuple[str, ...], now: datetime) -> Act:
    """A session of last week: of these people, the last was absent."""
    at = timezone.localtime(now - timedelta(days=9)).replace(hour=13, minute=2)

    def register() -> None:
        found = Apprenticeship.objects.unscoped().filter(provider=provider, apprentice__email__in=learners)
        of = dict(found.values_list("apprentice__email", "pk"))
        if any(email not in of for email in learners):
            return
        workflow.register_session(
            provider,
            assessor,
            session_id=uuid4(),
            words=SessionWords(_TITLE, at.date(), 150, "teaching", time(9, 30)),
            present=[of[email] for email in learners[:-1]],
            absent=[of[learners[-1]]],
        )

    return Act(at, register)
