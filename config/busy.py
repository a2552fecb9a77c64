"""The answer for somebody who cannot be served in time: try again in a few seconds, and nothing is lost."""

from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from config.security import CONTENT_SECURITY_POLICY

_HEADERS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
]


def busy(environ: dict[str, Any], start_response: Any, seconds: int) -> list[bytes]:
    """Answer 503: a page that tries again by itself, or JSON for a script that does.

    The page holds what a form said and sends it again. It asks nothing of the database.
    """
    if "text/html" in environ.get("HTTP_ACCEPT", "") and "HTTP_HX_REQUEST" not in environ:
        content_type, content = "text/html; charset=utf-8", _page(environ, seconds)
    else:
        told = {"state": "busy", "message": _("The site is busy at the moment. Try again in a few seconds.")}
        content_type, content = "application/json", JsonResponse(told).content
    headers = [*_HEADERS, ("Content-Type", content_type), ("Content-Length", str(len(content)))]
    start_response("503 Service Unavailable", [*headers, ("Retry-After", str(seconds))])
    # Whoever asks for headers alone gets no body: on their connection it would be the next answer.
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def _page(environ: dict[str, Any], seconds: int) -> bytes:
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return _page_that_loads_again(seconds)
    fields = _fields(environ)
    address = WSGIRequest(environ | {"wsgi.input": BytesIO()}).get_full_path()
    return render_to_string(
        "errors/busy.html", {"seconds": seconds, "fields": fields, "address": address, "is_form": True}
    ).encode()


@lru_cache(maxsize=32)
def _page_that_loads_again(seconds: int) -> bytes:
    return render_to_string("errors/busy.html", {"seconds": seconds}).encode()


def _fields(environ: dict[str, Any]) -> list[tuple[str, str]] | None:
    """What the form said, to be sent again; None where the page must not or cannot do that.

    Only a form of this site's own: another's would become ours. No password, which does not belong into a page. No
    files, which a page cannot hold.
    """
    if urlsplit(environ.get("HTTP_ORIGIN", "")).netloc != environ.get("HTTP_HOST"):
        return None
    request = WSGIRequest(environ)
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (OSError, BadRequest, MultiPartParserError, SuspiciousOperation):
        return None
    brings_files = any(getattr(handler, "file_count", 0) for handler in request.upload_handlers)
    has_password = any("password" in name for name, _value in fields)
    return None if brings_files or has_password else fields
