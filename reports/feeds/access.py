"""Who makes and stops keys of a data feed, and on whose behalf a program reads with one."""

from accounts.access import administers
from accounts.models import Organisation
from core.actor import Actor
from reports.feeds.models import FeedKey


def may_keep_feed_keys(actor: Actor, provider: Organisation) -> bool:
    """Admins of the training provider."""
    return actor.organisation_id == provider.pk and administers(actor, provider)


def reader_of(key: FeedKey) -> Actor:
    """On whose behalf a program reads: whoever made the key. It gives nothing that they no longer see."""
    return Actor(key.made_by_id, key.provider_id)


def still_stands_for(key: FeedKey) -> bool:
    """Whether whoever made the key is an admin of the provider today."""
    return key.made_by.is_active and may_keep_feed_keys(reader_of(key), key.provider)
