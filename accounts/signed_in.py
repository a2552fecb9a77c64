"""Whose request it is: the session and the person, each read by a statement that is kept.

Every request reads both. Django would put the two statements together again each time, which takes longer than they do.
"""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core.prepared import Prepared


def _session(key: str) -> QuerySet[Any, Any]:
    return Session.objects.filter(session_key=key).values_list("session_data", "expire_date")


def _person(person: UUID) -> QuerySet[Any, Any]:
    return User.objects.filter(pk=person)


_sessions = Prepared(_session, is_the_same_every_day=True)
_people = Prepared(_person, is_the_same_every_day=True)


class SessionStore(db.SessionStore):
    """Django's own, in the database, but for how it is read. Django finds it by the name of this module."""

    def load(self) -> dict[str, Any]:
        """What the session says; nothing where there is none, or where its time is over."""
        found = _sessions(key=self.session_key).first() if self.session_key else None
        # Django wrote when it ends, by its own clock.
        if found is None or found[1] <= timezone.now():
            self._session_key = None
            return {}
        return self.decode(found[0])


class SignInBackend(AuthenticationBackend):
    """allauth's, but for how somebody who has signed in is read again."""

    def get_user(self, user_id: UUID) -> User | None:
        person = _people(person=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
