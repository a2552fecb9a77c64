"""What programs read: the tables of a key, as OData 4.0 in JSON. Whoever asks has a key, and no session counts."""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotAllowed, WorkflowError
from pages.middleware import public
from reports.feeds.access import reader_of
from reports.feeds.asking import Asked
from reports.feeds.metadata import described, tables_of
from reports.feeds.models import FeedKey
from reports.feeds.tables import TABLES, FeedTable
from reports.feeds.workflow import NoSuchKey, open_feed

#: A program reads so many pages a minute with a key, and gives so many wrong keys from an address.
LIMITS = {"feed": "300/m/key", "feed_refused": "100/5m/ip"}
WAIT_SECONDS = "60"
_JSON = "application/json;odata.metadata=minimal;charset=utf-8"


class _TooOften(WorkflowError):
    """Too many pages in a minute, or too many wrong keys."""

    status = 429


class _NoSuchTable(WorkflowError):
    """There is nothing at this address."""

    status = 404


class _OnlyRead(WorkflowError):
    """A feed is read and never changed."""

    status = 405


Answer = Callable[..., HttpResponse]


def _for_programs(answer: Answer) -> Answer:
    """Asks for a key, and says in JSON whatever is refused. The view is called with the key."""

    @public
    @wraps(answer)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            if request.method not in ("GET", "HEAD"):
                raise _OnlyRead(_("A data feed can only be read."))
            response = answer(request, _key_of(request), **named)
        except WorkflowError as refusal:
            response = _refused(refusal)
        response["OData-Version"] = "4.0"
        return response

    return answered


def _refused(refusal: WorkflowError) -> HttpResponse:
    error = {"code": str(refusal.status), "message": str(refusal)}
    response = JsonResponse({"error": error}, status=refusal.status, content_type=_JSON)
    match refusal.status:
        case 401:
            response["WWW-Authenticate"] = 'Basic realm="Craftmark data feed", charset="UTF-8"'
        case 405:
            response["Allow"] = "GET, HEAD"
        case 429:
            response["Retry-After"] = WAIT_SECONDS
    return response


def _key_of(request: HttpRequest) -> FeedKey:
    """The key that came with the request, counted against the limits."""
    secret = _secret_of(request)
    if not secret:
        raise NoSuchKey(_("A data feed needs a key. Give it as the password, with any user name."))
    try:
        key = open_feed(secret)
    except NotAllowed:
        if not _counted(request, "feed_refused"):
            raise _TooOften(_("Too many wrong keys. Wait a few minutes and try again.")) from None
        raise
    if not _counted(request, "feed", str(key.pk)):
        raise _TooOften(_("This key was used too often in the last minute. Wait a minute and try again."))
    return key


def _counted(request: HttpRequest, action: str, key: str | None = None) -> bool:
    usage = ratelimit.consume(request, app="account", action=action, config=LIMITS, key=key, limit_get=True)
    return usage is not None


def _secret_of(request: HttpRequest) -> str:
    """The key, as a bearer or as the password of anybody: Excel and Power BI ask for a name and a password."""
    scheme, _sep, given = request.headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return given.strip()
        case "basic":
            try:
                name, _colon, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
            except ValueError:
                # It is not base64, or what it says is no text; or it has characters that no header should have.
                return ""
            return (password or name).strip()
    return ""


def _address(request: HttpRequest, path: str = "") -> str:
    return request.build_absolute_uri(reverse("pages:feed")) + path


@_for_programs
def service(request: HttpRequest, key: FeedKey) -> HttpResponse:
    """The tables that there are."""
    return _json(
        {
            "@odata.context": _address(request, "$metadata"),
            "value": [{"name": one.name, "kind": "EntitySet", "url": one.name} for one in tables_of(key)],
        }
    )


@_for_programs
def metadata(request: HttpRequest, key: FeedKey) -> HttpResponse:
    """What the tables hold."""
    return HttpResponse(described(key), content_type="application/xml;charset=utf-8")


def _opened(key: FeedKey, name: str) -> FeedTable:
    if name not in TABLES:
        raise _NoSuchTable(_("There is no table “%(what)s” in this feed.") % {"what": name[:80]})
    if name not in key.tables:
        raise NotAllowed(_("This key does not open the table “%(what)s”.") % {"what": name})
    return TABLES[name]


@_for_programs
def table(request: HttpRequest, key: FeedKey, table: str) -> HttpResponse:
    """Rows of a table, a page at a time."""
    asked_of = _opened(key, table)
    asked = Asked.of(asked_of, key, request.GET.dict())
    page = asked.page(asked_of, key, reader_of(key))
    chosen = f"({','.join(asked.columns)})" if len(asked.columns) < len(asked_of.opened_by(key)) else ""
    answer: dict[str, Any] = {"@odata.context": _address(request, f"$metadata#{table}{chosen}")}
    if page.count is not None:
        answer["@odata.count"] = page.count
    answer["value"] = page.rows
    if page.following is not None:
        options = "&".join(f"{quote(name, safe='$')}={quote(value, safe='')}" for name, value in page.following.items())
        answer["@odata.nextLink"] = _address(request, f"{table}?{options}")
    return _json(answer)


@_for_programs
def count(request: HttpRequest, key: FeedKey, table: str) -> HttpResponse:
    """How many rows of a table fit a filter, as a number alone."""
    asked_of = _opened(key, table)
    asked = Asked.of(asked_of, key, request.GET.dict())
    found = asked.rows_of(asked_of, key, reader_of(key)).count()
    return HttpResponse(str(found), content_type="text/plain;charset=utf-8")


def _json(answer: dict[str, Any]) -> HttpResponse:
    return JsonResponse(answer, content_type=_JSON, json_dumps_params={"ensure_ascii": False})
