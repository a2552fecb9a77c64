"""How long the server waits for a sender who has gone silent, and how many it listens to at once.

A thread that reads from a phone in a tunnel answers nobody else. So silence ends a request, as does dawdling, and the
resumable door takes some of a process's threads and never all of them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import OutOfTurn

SILENCE_SECONDS = 15
REQUEST_SECONDS = 120
#: Of the eight threads that each process of the server has (config/gunicorn.py).
AT_ONCE = 4
#: So many more may wait a moment for one of those to end, which on a good line is all it takes.
IN_LINE = 2
IN_LINE_SECONDS = 1

_places = threading.BoundedSemaphore(AT_ONCE)
_admitted = threading.BoundedSemaphore(AT_ONCE + IN_LINE)


class TooMany(OutOfTurn):
    """All places for receiving are taken: the sender comes again in a second."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("Many files are arriving just now. Try again in a moment."))


@contextmanager
def place() -> Iterator[None]:
    """One of the places for receiving.

    Raises:
        TooMany: all are taken.
    """
    if not _admitted.acquire(blocking=False):
        raise TooMany
    try:
        if not _places.acquire(timeout=IN_LINE_SECONDS):
            raise TooMany
        try:
            yield
        finally:
            _places.release()
    finally:
        _admitted.release()


def limit_silence(request: HttpRequest) -> None:
    """Let reading the request's body fail once its sender has been silent for too long.

    The server waits without end by itself; its next request on the connection sets that back.
    """
    if connection := request.environ.get("gunicorn.socket"):
        with suppress(OSError):
            connection.settimeout(SILENCE_SECONDS)
