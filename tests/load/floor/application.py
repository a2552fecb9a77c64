"""The site with its floors under /floor/: one server, so that both meet the same moment of the machine."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings

from config.wsgi import application as site

GetResponse = Callable[[HttpRequest], HttpResponse]
#: What of the site's own middleware the floor has too: a session, a person, and compression where the site has it.
SHARED = (
    "sessions.middleware.SessionMiddleware",
    "auth.middleware.AuthenticationMiddleware",
    "compression.CompressionMiddleware",
)


def own_addresses(get_response: GetResponse) -> GetResponse:
    """Resolve the floor's addresses in place of the site's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = "tests.load.floor.urls"
        return get_response(request)

    return middleware


with override_settings(
    MIDDLEWARE=[f"{__name__}.own_addresses", *(name for name in settings.MIDDLEWARE if name.endswith(SHARED))]
):
    floor = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    handler = floor if environ["PATH_INFO"].startswith("/floor/") else site
    return handler(environ, start_response)
