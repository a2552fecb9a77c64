"""The subjects of what is recorded of keys for the data feed."""

from collections.abc import Collection

from core.actor import Actor
from core.links import path_to
from reports.feeds.models import FeedKey
from reports.record.found import Found, Subject, keys


def find_feed_keys(ids: Collection[str], actor: Actor) -> Found:
    """Keys by what they are for."""
    for row in FeedKey.objects.visible_to(actor).filter(pk__in=keys(ids)):
        yield row.pk, Subject(row.name, path_to("feed-keys"))
