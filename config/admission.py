"""Whether somebody may send a large body, asked by the server before it takes the body in."""

from io import BytesIO
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from files.http import upload_handlers


def allowed_bytes(environ: dict[str, Any]) -> int:
    """How many bytes the sender of a request may send, by its headers alone."""
    request = WSGIRequest(environ | {"wsgi.input": BytesIO()})
    close_old_connections()
    try:
        request.resolver_match = resolve(request.path_info)
        SessionMiddleware(_no_view).process_request(request)
        AuthenticationMiddleware(_no_view).process_request(request)
        return upload_handlers.allowed_bytes(request)
    except Http404:
        return 0
    finally:
        close_old_connections()


def _no_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
