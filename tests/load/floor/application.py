"""The site with its floors under /floor/: one server, so that both meet the same moment of the machine."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from config.wsgi import application as site

GetResponse = Callable[[HttpRequest], HttpResponse]
#: What of the site's own middleware the floor has too: a session, and compression where the site has it.
SHARED = ("sessions.middleware.SessionMiddleware", "compression.CompressionMiddleware")


def own_addresses(get_response: GetResponse) -> GetResponse:
    """Resolve the floor's addresses in place of the site's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = "tests.load.floor.urls"
        return get_response(request)

    return middleware


def signed_in(get_response: GetResponse) -> GetResponse:
    """Who asks, read as Django reads them; the site's own way of reading them is the site's gain."""

    def person(request: HttpRequest) -> Any:
        found: Any = get_user_model().objects.get(pk=request.session[SESSION_KEY])
        is_theirs = constant_time_compare(request.session[HASH_SESSION_KEY], found.get_session_auth_hash())
        return found if is_theirs else None

    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: person(request))
        return get_response(request)

    return middleware


with override_settings(
    MIDDLEWARE=[
        f"{__name__}.own_addresses",
        *(name for name in settings.MIDDLEWARE if name.endswith(SHARED)),
        f"{__name__}.signed_in",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.db",
):
    floor = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    handler = floor if environ["PATH_INFO"].startswith("/floor/") else site
    return handler(environ, start_response)
