"""Structured logs on standard error: one event, one line, in UTC; JSON in production, readable elsewhere.

Lines carry ids. Names, narratives, file names, passwords and tokens are never logged.
"""

import logging.config
import re

import structlog
from django.conf import settings
from django.http import HttpRequest
from structlog.types import EventDict, WrappedLogger

#: Addresses that carry a secret: what follows the last named part is left out of the log.
_SECRET_PATH = re.compile(r"(/(?:invitations|sign|receipts|password/reset/key|confirm-email)/)[^/\s]+")
#: What people searched for stands after an address, and so may a name.
_QUERY = re.compile(r"^([A-Z]+ /[^?]*)\?.*", re.DOTALL)
#: PostgreSQL says which values it refused on lines of their own below the error, to the end of its message.
_REFUSED_VALUES = re.compile(
    r"^(?:DETAIL|CONTEXT):.*?(?=^The above exception|^During handling|^Traceback|\Z)", re.DOTALL | re.MULTILINE
)


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave tokens, what was searched for, and refused values out of whatever a line says."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _REFUSED_VALUES.sub("", _SECRET_PATH.sub(r"\1…", value))
    if isinstance(event.get("request"), str):
        event["request"] = _QUERY.sub(r"\1", event["request"])
    return event


def note_address(request: HttpRequest, **_: object) -> None:
    """Say on each line whose request it was: the address that the proxies we trust saw, and no other that was sent."""
    proxies, address = settings.TRUSTED_PROXY_COUNT, request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    structlog.contextvars.bind_contextvars(ip=forwarded[-proxies].strip() if len(forwarded) >= proxies > 0 else address)


def configure_logging(plain: bool) -> None:
    """Set up structlog and the standard library's loggers alike; `plain` for a person at a terminal."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        without_secrets,
    ]
    structlog.configure(
        # What no logger wants is not put together: two lines for each request on a site that logs warnings alone.
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(True)
    renderer = structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer()
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "django_structlog": {"level": "WARNING" if plain else "INFO"},
                "craftmark": {"level": "INFO"},
                # The server's word for each request that waits a moment for a thread.
                "waitress.queue": {"level": "ERROR"},
            },
        }
    )
