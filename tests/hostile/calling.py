"""Asking the site as a server would, with exactly the bytes that arrived."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test import Client

from tests.hostile.bodies import TOKEN


@dataclass
class Answer:
    """What the site said."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


def send(
    browser: Client,
    path: str,
    arrives: bytes,
    *,
    length: int | None,
    content_type: str,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request of which `arrives` arrives and `length` bytes were announced, with the session of `browser`."""
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()} | {settings.CSRF_COOKIE_NAME: TOKEN}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_TYPE": content_type,
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "HTTP_X_CSRFTOKEN": TOKEN,
        "wsgi.input": BytesIO(arrives),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
    }
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    setup_testing_defaults(environ)
    answer = Answer()

    def start_response(status: str, found: list[tuple[str, str]]) -> None:
        answer.status = int(status.split()[0])
        answer.headers = dict(found)

    with _connection_kept():
        response = get_wsgi_application()(environ, start_response)
        answer.content = b"".join(response)
        response.close()
    return answer


@contextmanager
def _connection_kept() -> Iterator[None]:
    """Keep a request from closing the connection on which the test's own transaction is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def everything_kept() -> dict[str, list[tuple]]:
    """Every row of every table, and every file."""
    kept: dict[str, list[tuple]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            kept[table] = sorted(cursor.fetchall(), key=repr)
    folders = [settings.UPLOAD_SPOOL, settings.FILE_UPLOAD_TEMP_DIR, default_storage.location]
    files = {path for folder in folders for path in Path(folder).rglob("*") if path.is_file()}
    kept["files"] = sorted((str(path), path.stat().st_size) for path in files)
    return kept
