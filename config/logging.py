"""Structured logs on standard output: one event, one line, in UTC; JSON in production, readable elsewhere.

Lines carry ids. Names, narratives, file names, passwords and tokens are never logged.
"""

import logging.config
import re

import structlog
from structlog.types import EventDict, WrappedLogger

#: Addresses that carry a secret: what follows the last named part is left out of the log.
_SECRET_PATH = re.compile(r"(/(?:invitations|password/reset/key|confirm-email)/)[^/\s]+")


def without_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave invitation and reset tokens out of whatever a line says."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRET_PATH.sub(r"\1…", value)
    return event


def configure_logging(plain: bool) -> None:
    """Set up structlog and the standard library's loggers alike; `plain` for a person at a terminal."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        without_tokens,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
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
            "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stdout"], "level": "WARNING"},
            "loggers": {
                "django_structlog": {"level": "WARNING" if plain else "INFO"},
                "craftmark": {"level": "INFO"},
            },
        }
    )
