"""The data feed and files of lists in the table of who may do what.

Whoever reads the feed with a key has no session: without one, it is 401.
"""

from uuid import UUID, uuid4

from core import clock
from reports.feeds.models import FeedKey
from reports.feeds.tables import TABLES
from reports.feeds.workflow import make_feed_key
from tests.world import World, acting

TABLE = """\
pages:feed                               GET     401  401  401  401  401  401  401  401  401  401  401  401  401  401
pages:feed-metadata                      GET     401  401  401  401  401  401  401  401  401  401  401  401  401  401
pages:feed-table                         GET     401  401  401  401  401  401  401  401  401  401  401  401  401  401
pages:feed-count                         GET     401  401  401  401  401  401  401  401  401  401  401  401  401  401
pages:gateways                           POST     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:progress-reviews                   POST     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:waiting                            POST     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:people                             POST     in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:quality                            POST     in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:sessions                           POST     in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:record                             POST     in  404  404  404  404  404  200  200  404  200  200  404  404  404
pages:saved-view-mail                    GET      in  404  404  200  200  404  200  200  404  200  404  404  404  404
pages:saved-view-mail                    POST     in  404  404  302  302  404  302  302  404  302  404  404  404  404
pages:saved-view-mail-end                POST     in  404  404  302  403  404  403  403  404  302  404  404  404  404
pages:feed-keys                          GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:feed-key-new                       GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:feed-key-new                       POST     in  404  404  404  404  404  404  404  404  201  201  404  404  404
pages:feed-key-stop                      POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
"""
KEY = {"token": str(uuid4()), "name": "Monthly report", "tables": ["Learners"], "last_day": clock.today().isoformat()}


def made_key(world: World, **given: object) -> tuple[FeedKey, str]:
    """A key of the provider for all tables, and the secret that opens them."""
    usual = {"name": "Monthly report", "tables": list(TABLES), "with_names": True, "last_day": clock.today()}
    return make_feed_key(world.provider.pk, acting(world.admin), key_id=uuid4(), **usual | given)


def key(world: World) -> dict[str, UUID]:
    return {"key_id": made_key(world)[0].pk}


SUBJECTS = {
    "pages:feed-table": lambda world: {"table": "Learners"},
    "pages:feed-count": lambda world: {"table": "Learners"},
    "pages:feed-key-stop": key,
}
WORDS = {"pages:feed-key-new": KEY}
