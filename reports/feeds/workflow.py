"""Making and stopping keys of a data feed, and opening it with one."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.employers import employers_of
from audit import chain as audit
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Incomplete, NotAllowed, TokenTaken
from occupations.models import Standard
from reports.audit_actions import FEED_KEY_MADE, FEED_KEY_STOPPED, FEED_READ
from reports.feeds import access
from reports.feeds.models import FeedKey, FeedKeyState
from reports.feeds.tables import TABLES

#: A key works for a year at most: who needs it longer makes another one, and looks at what it opens.
LONGEST_DAYS = 366
#: So many keys of a provider can work at a time.
MOST_KEYS = 20
#: By this a key is known for one, wherever it turns up.
PREFIX = "craftmark_"
#: Its last use is kept to the minute: a program that reads page after page writes once.
LAST_USE_KEPT_EVERY = timedelta(minutes=1)
_NOT_ALLOWED = gettext_lazy("Only an admin of the training provider can do this.")


def _hashed(secret: str) -> str:
    # It is random and long, so nobody finds it by trying: a slow hash would only slow down every page of a feed.
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed_key(
    provider_id: UUID,
    by: Actor,
    *,
    key_id: UUID,
    name: str,
    tables: Sequence[str],
    with_names: bool,
    last_day: date,
    standard: Standard | None = None,
    employer: Organisation | None = None,
) -> tuple[FeedKey, str]:
    """Make a key, and give it to whoever made it: this is the only time that anybody sees it.

    Args:
        key_id: the one-use token of the form.
        tables: names of `reports.feeds.tables.TABLES` that it opens.
        with_names: whether it gives what tells who somebody is, too.
        last_day: on which it works.
        standard, employer: if given, it gives the rows of their learners alone.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: something is missing or cannot be, with the field.
        TokenTaken: the form was sent before.
    """
    provider = Organisation.objects.get(pk=provider_id)
    require(access.may_keep_feed_keys(by, provider), str(_NOT_ALLOWED))
    # Nobody else makes one of this provider at the same time.
    audit.lock(provider)
    if FeedKey.objects.unscoped().filter(pk=key_id).exists():
        raise TokenTaken
    name, today = " ".join(name.split()), clock.today()
    if not name:
        raise Incomplete(_("Say what the key is for."), field="name")
    opened = [table for table in TABLES if table in tables]
    if not opened or len(opened) != len(set(tables)):
        raise Incomplete(_("Choose at least one table."), field="tables")
    if not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
        raise Incomplete(_("Choose a day from today to a year from now."), field="last_day")
    if employer and not employers_of(provider).filter(pk=employer.pk).exists():
        raise Incomplete(_("Choose an employer from the list."), field="employer")
    if standard and not Standard.objects.visible_to(by).filter(pk=standard.pk).exists():
        raise Incomplete(_("Choose a standard from the list."), field="standard")
    if FeedKey.objects.unscoped().filter(provider=provider).working().count() >= MOST_KEYS:
        raise Incomplete(
            _("You have %(most)d keys that work. Stop one that you no longer need first.") % {"most": MOST_KEYS},
            field="name",
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    key = FeedKey.objects.create(
        id=key_id,
        provider=provider,
        name=name,
        secret_sha256=_hashed(secret),
        ending=secret[-4:],
        tables=opened,
        with_names=with_names,
        standard=standard,
        employer=employer,
        last_day=last_day,
        made_by_id=by.person,
        made_at=clock.now(),
    )
    audit.record(FEED_KEY_MADE, by, key, organisation=provider, tables=opened, with_names=with_names)
    return key, secret


@transaction.atomic
def stop_feed_key(key_id: UUID, by: Actor) -> FeedKey:
    """Let a key open nothing from now on. Doing so again changes nothing.

    Raises:
        NotAllowed: `by` is no admin of the provider.
    """
    key: FeedKey = FeedKey.objects.unscoped().select_for_update(no_key=True).get(pk=key_id)
    require(access.may_keep_feed_keys(by, key.provider), str(_NOT_ALLOWED))
    if key.stopped_at is None:
        key.stopped_by_id, key.stopped_at = by.person, clock.now()
        key.save(update_fields=["stopped_by", "stopped_at"])
        audit.record(FEED_KEY_STOPPED, by, key, organisation=key.provider)
    return key


class NoSuchKey(NotAllowed):
    """What was given is no key."""

    status = 401


class KeyIsOver(NotAllowed):
    """The key was one, and opens nothing any more. The message says why."""

    status = 401


def open_feed(secret: str) -> FeedKey:
    """The key that a program gave, if it opens something now. That it was used is recorded once a day.

    Raises:
        NoSuchKey: it is none.
        KeyIsOver: it was stopped, its time is over, or whoever made it is no admin any more.
    """
    found = FeedKey.objects.unscoped().select_related("provider", "made_by", "standard", "employer")
    key: FeedKey | None = found.filter(secret_sha256=_hashed(secret)).first()
    if key is None:
        raise NoSuchKey(_("This is not a key of a data feed. Ask an admin of the training provider for one."))
    match key.state:
        case FeedKeyState.STOPPED:
            raise KeyIsOver(_("This key was stopped. Ask an admin of the training provider for another one."))
        case FeedKeyState.ENDED:
            raise KeyIsOver(_("This key has ended. Ask an admin of the training provider for another one."))
    if not access.still_stands_for(key):
        raise KeyIsOver(
            _("Whoever made this key is no longer an admin of the training provider. Ask an admin for another one.")
        )
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= LAST_USE_KEPT_EVERY:
        _note_use(key.pk)
    return key


@transaction.atomic
def _note_use(key_id: UUID) -> None:
    """Note when a key was used; the first time on each day is in the record."""
    key: FeedKey = FeedKey.objects.unscoped().select_for_update(no_key=True).get(pk=key_id)
    now, before = clock.now(), key.last_used_at
    if before and now - before < LAST_USE_KEPT_EVERY:
        return
    key.last_used_at = now
    key.save(update_fields=["last_used_at"])
    if before is None or timezone.localtime(before).date() < clock.today():
        audit.record(FEED_READ, SYSTEM, key, organisation=key.provider)
