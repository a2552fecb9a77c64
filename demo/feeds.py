"""What leaves the demo's provider regularly: a report in Power BI, and a view of the learners by mail."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.actor import Actor
from demo.history import Act
from reports.feeds.workflow import make_feed_key
from reports.saving.mailing import set_mailing
from reports.saving.workflow import save_view


def key(provider_id: UUID, admin: Actor, now: datetime) -> Act:
    """An admin makes it a week ago, for half a year and without names. Nobody has the key itself."""
    given = {"name": "Board report in Power BI", "tables": ["Learners", "Feedback", "Changes"], "with_names": False}
    until = (now + timedelta(days=175)).date()
    return Act(
        now - timedelta(days=7),
        lambda: make_feed_key(provider_id, admin, key_id=uuid4(), last_day=until, **given),  # type: ignore[arg-type]
    )


def view(provider_id: UUID, admin: Actor, manager: UUID, now: datetime) -> Act:
    """An admin saves who is behind, and has it mailed to the manager and themself every Monday."""

    def saved_and_mailed() -> None:
        made = save_view(provider_id, admin, "Behind and at risk first", "sort=rag")
        set_mailing(made.pk, admin, "weekly", 1, [admin.person, manager])

    return Act(now - timedelta(days=6), saved_and_mailed)
