"""A key of the demo's provider with which a report in Power BI is kept up to date."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.actor import Actor
from demo.history import Act
from reports.feeds.workflow import make_feed_key


def key(provider_id: UUID, admin: Actor, now: datetime) -> Act:
    """An admin makes it a week ago, for half a year and without names. Nobody has the key itself."""
    given = {"name": "Board report in Power BI", "tables": ["Learners", "Feedback", "Changes"], "with_names": False}
    until = (now + timedelta(days=175)).date()
    return Act(
        now - timedelta(days=7),
        lambda: make_feed_key(provider_id, admin, key_id=uuid4(), last_day=until, **given),  # type: ignore[arg-type]
    )
