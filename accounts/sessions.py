"""Sessions: how long they last, which ones a person has, and how they end."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from allauth.core import context
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import Error as DatabaseFault
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.audit_actions import SESSION_ENDED
from accounts.models import User
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.outages import outage_of

log = structlog.get_logger("craftmark.accounts")

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
#: Whether somebody asked to stay signed in, kept until the sign-in is complete; and whether this sign-in stays.
ASKED_TO_STAY, STAYS = "asked_to_stay", "stays"
#: How often a session writes down that it is in use. An idle limit may fall this much early, never late.
NOTED_EVERY_SECONDS = 60


class NotedRequest(HttpRequest):
    """A request, with what is noted on it here for the page that answers. For the type checker: none is made of it."""

    cannot_write: bool
    session_ended_because: str


@dataclass(frozen=True)
class Ended:
    """Why a session is over: a word for the record and a sentence for the person."""

    reason: str
    message: str


def ask_to_stay(session: SessionBase) -> None:
    """Remember, until the sign-in is complete, that the person wants to stay signed in on this device."""
    session[ASKED_TO_STAY] = True


def begin(session: SessionBase) -> None:
    """Write down when the session began, and whether its owner asked to stay: at sign-in."""
    session[SIGNED_IN_AT] = clock.now().timestamp()
    session.pop(SEEN_AT, None)
    if session.pop(ASKED_TO_STAY, False):
        session[STAYS] = True
    keep_cookie(session)


def keep_cookie(session: SessionBase) -> None:
    """Have the browser keep the cookie of a session that stays when it is closed."""
    if session.get(STAYS):
        session.set_expiry(settings.SESSION_STAY_SECONDS)


def ended(session: SessionBase, *, is_staff: bool) -> Ended | None:
    """Whether the session is over, and why. A session that does not say when it began is over too.

    Staff see other people's work, so none of their sessions stays, whatever they asked for.
    """
    now = clock.now().timestamp()
    began = session.get(SIGNED_IN_AT)
    stays = bool(session.get(STAYS)) and not is_staff
    longest = settings.SESSION_STAY_SECONDS if stays else settings.SESSION_COOKIE_AGE
    if began is None or now - began >= longest:
        if stays:
            message = _("We sign you out every %(days)s days, to be safe.") % {"days": longest // 86_400}
        else:
            message = _("We signed you out because you had been signed in for %(hours)s hours.") % {
                "hours": longest // 3600
            }
        return Ended("too_old", message)
    idle = settings.SESSION_IDLE_SECONDS_STAFF if is_staff else settings.SESSION_IDLE_SECONDS_APPRENTICE
    if not stays and now - session.get(SEEN_AT, began) >= idle:
        minutes = idle // 60
        return Ended(
            "idle",
            _("We signed you out because you had not done anything for %(minutes)s minutes.") % {"minutes": minutes},
        )
    return None


def note_use(request: NotedRequest) -> None:
    """Write down that the session is in use, once a minute at most: most requests write nothing.

    A database that can be read but not written still gives pages, so not being able to do this is no error.
    """
    now = clock.now().timestamp()
    if now - request.session.get(SEEN_AT, 0) < NOTED_EVERY_SECONDS:
        return
    is_modified = request.session.modified
    try:
        with transaction.atomic():
            request.session[SEEN_AT] = now
            request.session.save()
            UserSession.objects.create_from_request(request)
    except (DatabaseFault, UpdateError) as fault:
        if outage_of(fault) is None:
            # The session has been ended since. It stays modified, so that the session's own middleware finds that out.
            return
        log.error("session_use_not_noted", fault=type(fault).__name__)
        request.cannot_write = True
    request.session.modified = is_modified


def end(request: NotedRequest, reason: str) -> None:
    """Sign out whoever makes this request; the record says why."""
    request.session_ended_because = reason
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def renew_key(request: HttpRequest) -> None:
    """Give the session a new key, so one that leaked before is worth nothing; the person's list follows."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


@transaction.atomic
def end_all_of(user: User, *, reason: str, by: Actor) -> int:
    """End every session of `user`, save the one in which they are asking for it. Returns how many."""
    sessions = UserSession.objects.filter(user=user)
    request = context.request
    if request is not None and request.user.is_authenticated and request.user.pk == user.pk:
        sessions = sessions.exclude(session_key=request.session.session_key)
    return end_listed(sessions, user=user, reason=reason, by=by)


@transaction.atomic
def end_listed(sessions: Iterable[UserSession], *, user: User, reason: str, by: Actor) -> int:
    """End these sessions of `user`, with one entry for all of them. Returns how many."""
    count = 0
    for session in sessions:
        session.end()
        count += 1
    if count:
        audit.note(SESSION_ENDED, by, user, reason=reason, count=count)
    return count
