"""What the site stands on and can fail: the disk, the storage of files, the database; each in words for people."""

import errno
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseFault
from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: When to try again, in seconds.
FULL_RETRY_SECONDS, AWAY_RETRY_SECONDS = 300, 10

_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_AWAY_ERRORS = {errno.EIO, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.EHOSTDOWN}
#: SQLite's result codes; the lowest byte says which kind.
_SQLITE_FULL, _SQLITE_AWAY = {13}, {5, 6, 8, 10, 14}
#: PostgreSQL's classes of errors: no room; too many connections; operators ended it; the connection failed; locks.
_POSTGRES_FULL, _POSTGRES_AWAY = ("53100",), ("53", "57", "58", "08", "25006", "25P03", "40", "55P03")
_POSTGRES_LOST = ("57P01", "57P02", "57P03", "08", "25P03")
_MOST_CAUSES = 5


class StorageFault(OSError):
    """The storage does not keep or give the bytes of files just now."""


@dataclass(frozen=True)
class Outage:
    """A failure of what the site stands on.

    `status` is the HTTP status for it. `lost_connection`: the database ended the session, and a new one may do.
    """

    status: int
    reason: str | Promise
    retry_after_seconds: int
    lost_connection: bool = False


FULL = Outage(507, _("The site has run out of storage, so it cannot save anything new."), FULL_RETRY_SECONDS)
STORAGE_AWAY = Outage(503, _("The site cannot reach its file storage."), AWAY_RETRY_SECONDS)
DATABASE_AWAY = Outage(503, _("The site cannot reach its database."), AWAY_RETRY_SECONDS)
SESSION_LOST = Outage(503, _("The site cannot reach its database."), AWAY_RETRY_SECONDS, lost_connection=True)


def outage_of(error: BaseException | None) -> Outage | None:
    """Which outage an error, or what caused it, comes from; None if it is a fault of another kind."""
    for _step in range(_MOST_CAUSES):
        if error is None:
            return None
        if found := _database_outage(error) if isinstance(error, DatabaseFault) else _other(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _other(error: BaseException) -> Outage | None:
    if not isinstance(error, OSError):
        return None
    if error.errno in _FULL_ERRORS:
        return FULL
    return STORAGE_AWAY if isinstance(error, StorageFault) or error.errno in _AWAY_ERRORS else None


def _database_outage(error: BaseException) -> Outage | None:
    driver: Any = error.__cause__
    if (code := getattr(driver, "sqlite_errorcode", None)) is not None:
        kind = code & 0xFF
        if kind in _SQLITE_FULL:
            return FULL
        return DATABASE_AWAY if kind in _SQLITE_AWAY else None
    state = getattr(driver, "sqlstate", None) or ""
    if state.startswith(_POSTGRES_FULL):
        return FULL
    if state.startswith(_POSTGRES_LOST):
        return SESSION_LOST
    if state:
        return DATABASE_AWAY if state.startswith(_POSTGRES_AWAY) else None
    # Without a word from the server, its connection is gone.
    return SESSION_LOST if isinstance(error, OperationalError | InterfaceError) else None
