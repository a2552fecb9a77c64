"""Refuses an unsafe start. The checks run with every command, and again before the first request."""

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.checks.messages import ERROR
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from reports.pack import keys

MIN_SECRET_LENGTH = 50


def _is_loopback(host: str) -> bool:
    if host in {"localhost", "testserver"}:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_weak(secret: str) -> bool:
    return len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < 5 or secret.startswith("django-insecure-")


def _secrets() -> list[str]:
    """All secrets that are accepted, an empty one for none. Django itself raises where there is none."""
    try:
        return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    except ImproperlyConfigured:
        return [""]


@register(Tags.security)
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Everything that a production must not be started with; and a demo must not be open to others."""
    public = [host for host in settings.ALLOWED_HOSTS if not _is_loopback(host)]
    found = []
    if settings.DEBUG and public:
        found.append(("E001", "DEBUG is on while ALLOWED_HOSTS names more than this machine.", "Leave DEBUG unset."))
    if settings.DEMO and (public or not settings.ALLOW_PLAIN_HTTP):
        found.append(
            (
                "E002",
                "DEMO is on where others could reach it. Its people are made up and everybody knows their password.",
                "Leave DEMO unset in production.",
            )
        )
    if not settings.DEBUG and not settings.DEMO:
        if any(_is_weak(secret) for secret in _secrets()):
            found.append(
                (
                    "E003",
                    "SECRET_KEY, or one of SECRET_KEY_FALLBACKS, is missing, a default, or too short: "
                    f"under {MIN_SECRET_LENGTH} characters.",
                    "Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'",
                )
            )
        if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
            found.append(("E004", "ALLOWED_HOSTS is empty or allows every host.", "Name the site's own host names."))
        if not settings.SECURE_SSL_REDIRECT and not settings.ALLOW_PLAIN_HTTP:
            found.append(("E005", "The site would be served over plain HTTP.", "Serve it over HTTPS."))
    if settings.CACHES["default"]["BACKEND"].rpartition(".")[2] in {"LocMemCache", "DummyCache"}:
        found.append(
            ("E006", "The cache is not shared between processes, so limits would not hold.", "Use the table or Redis.")
        )
    media, static = Path(settings.MEDIA_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    if media == static or static in media.parents or media in static.parents:
        found.append(
            ("E007", "MEDIA_ROOT and STATIC_ROOT overlap: evidence would be public.", "Give each its own folder.")
        )
    found += _storage_scanner_and_keys()
    return [Error(message, hint=hint, id=f"craftmark.{code}") for code, message, hint in found]


def _storage_scanner_and_keys() -> list[tuple[str, str, str]]:
    """What is half set up would only show with the first file."""
    found = []
    access_keys = (settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)
    others = (settings.S3_ENDPOINT_URL, settings.S3_REGION, *access_keys)
    if (any(others) and not settings.S3_BUCKET) or any(access_keys) != all(access_keys):
        found.append(
            (
                "E009",
                "The object store is only half set up.",
                "Set S3_BUCKET, and either both of S3_ACCESS_KEY and S3_SECRET_KEY or neither.",
            )
        )
    if settings.S3_ENDPOINT_URL and not settings.S3_ENDPOINT_URL.startswith(("https://", "http://")):
        found.append(("E010", "S3_ENDPOINT_URL is not an address.", "Write it with https:// at the start."))
    address = settings.CLAMD_ADDRESS
    host, _colon, port = address.rpartition(":")
    if address and not address.startswith("/") and not (host and port.isdecimal() and 0 < int(port) < 65_536):
        found.append(
            (
                "E011",
                "CLAMD_ADDRESS is neither host:port nor the path of a socket.",
                "For example 127.0.0.1:3310, or /run/clamav/clamd.ctl.",
            )
        )
    if fault := keys.fault():
        found.append(
            (
                "E012",
                f"PACK_KEY or PACK_OLD_PUBLIC_KEYS is no key: {fault}.",
                "Make one with “manage.py pack_key --new NAME FILE” and name the file in PACK_KEY_FILE.",
            )
        )
    return found


def is_up_to_date(alias: str = "default") -> bool:
    """Whether the database has all migrations of this code. It may have more: then it is ahead of an old process."""
    executor = MigrationExecutor(connections[alias])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


# A deployment check, because `migrate` runs all others first, and migrate is what mends it.
@register(Tags.database, deploy=True)
def database_is_up_to_date(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Without its tables a database has no guards to miss, so it is refused by itself."""
    return [
        Error("The database lacks migrations.", hint="Run “manage.py migrate”.", id="craftmark.E008")
        for alias in databases or []
        if not is_up_to_date(alias)
    ]


def refuse_unsafe_start() -> None:
    """Stop the server from starting while any check, of the settings or of the database, finds an error.

    Raises:
        ImproperlyConfigured: with all that was found.
    """
    try:
        messages: Sequence[CheckMessage] = run_checks(include_deployment_checks=True, databases=["default"])
    except DatabaseError as fault:
        raise ImproperlyConfigured(f"The site will not start: the database does not answer.\n{fault}") from None
    errors = [message for message in messages if message.level >= ERROR]
    if errors:
        raise ImproperlyConfigured("The site will not start:\n" + "\n".join(str(error) for error in errors))
