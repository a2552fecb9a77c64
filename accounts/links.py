"""Addresses of pages as they stand in a mail: with the name of the site."""

from allauth.core import context
from django.conf import settings


def absolute(path: str) -> str:
    """`path` on this site, in full: as the request being served came in, else by the SITE_URL setting or a host name.

    The request's own host name is one of ALLOWED_HOSTS, so nobody can make a mail point elsewhere. Its port is the one
    that people use, whatever the server itself listens on.
    """
    if context.request is not None:
        return str(context.request.build_absolute_uri(path))
    if settings.SITE_URL:
        return settings.SITE_URL.rstrip("/") + path
    scheme = "http" if settings.ALLOW_PLAIN_HTTP else "https"
    host = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "localhost").removeprefix(".")
    return f"{scheme}://{host}{path}"
