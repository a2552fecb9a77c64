"""Whether the process runs, and whether it can do its work. Strangers learn no more than that."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.checks import is_up_to_date

log = structlog.get_logger("craftmark.health")


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database is there and up to date, and files and limits can be written."""
    for name, check in {"database": _database, "cache": _cache, "storage": _storage}.items():
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
