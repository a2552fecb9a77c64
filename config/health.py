"""Whether the process runs, and whether it can do its work. Strangers learn no more than that."""

from datetime import timedelta

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.checks import is_up_to_date
from jobs import retrying

log = structlog.get_logger("craftmark.health")

#: A job that waits longer than this is worth a look: is there a worker?
SLOW_QUEUE = timedelta(minutes=10)


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database is there and up to date, files and limits can be written, and work can be asked for."""
    for name, check in {"database": _database, "cache": _cache, "storage": _storage, "queue": _queue}.items():
        try:
            check()
        except Exception as fault:  # whatever is wrong, the answer is: not ready
            log.error("not_ready", part=name, fault=type(fault).__name__)
            return HttpResponse("not ready", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


def _database() -> None:
    if not is_up_to_date():
        raise RuntimeError("migrations are missing")


def _cache() -> None:
    cache.set("health", "ok", 10)
    if cache.get("health") != "ok":
        raise RuntimeError("the cache forgets")


def _storage() -> None:
    name = default_storage.save("health/probe", ContentFile(b"ok"))
    default_storage.delete(name)


def _queue() -> None:
    """The queue can be read. How full it is stands in the log: a site whose previews wait is still ready."""
    waiting, oldest = retrying.waiting().count(), retrying.oldest_waiting()
    seconds = round(oldest.total_seconds()) if oldest else 0
    if oldest and oldest > SLOW_QUEUE:
        log.warning("queue_is_slow", waiting=waiting, oldest_seconds=seconds)
    else:
        log.info("queue", waiting=waiting, oldest_seconds=seconds)
