"""The pages that say no: each tells what happened and what to do next, and nothing about the inside."""

import sys
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.errors import WorkflowError
from core.outages import Outage, outage_of

log = structlog.get_logger("craftmark.refusals")

#: How long somebody who asked too often is told to wait: the length of the longest limit on sign-in.
RETRY_AFTER_SECONDS = 300
#: Parts of the names of fields that no page sends back.
_SECRET_FIELDS = ("password", "login", "credential", "code")


def _page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    return render(request, f"errors/{status}.html", {"message": message}, status=status)


def refused(request: HttpRequest, error: WorkflowError) -> HttpResponse:
    """An act that a workflow function refused, with its message and status: a page, or JSON for a script."""
    log.info("act_refused", rule=type(error).__name__, path=request.path)
    if _is_script(request):
        return JsonResponse({"state": "closed", "message": str(error)}, status=error.status)
    return _page(request, error.status, str(error))


def _is_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which shows the message itself. It takes anything; browsers want a page."""
    accepts = request.headers.get("Accept", "text/html")
    return "text/html" not in accepts and "HX-Request" not in request.headers


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token that was made for this browser: most often a page left open over a new sign-in."""
    log.warning("csrf_refused", reason=reason, path=request.path)
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        _(
            "This form was open for too long, or you have signed in again since. "
            "Go back, reload the page and send it again."
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that makes no sense, or one that is too large to read."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _page(request, HTTPStatus.BAD_REQUEST)


def not_all_arrived(request: HttpRequest, message: str = "", status: int = HTTPStatus.BAD_REQUEST) -> HttpResponse:
    """A request whose body broke off. A page for somebody who sent a form, JSON for a script that can send it again."""
    log.info("body_broken_off", path=request.path)
    message = message or _("The connection was lost before everything had arrived. Nothing was saved.")
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"state": "broken_off", "message": message}, status=status)
    return render(request, "errors/not_all_arrived.html", {"message": message, "status": status}, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what this person may not see."""
    return _page(request, HTTPStatus.NOT_FOUND)


def too_large(request: HttpRequest, message: str = "") -> HttpResponse:
    return _page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = _page(request, HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


@dataclass(frozen=True)
class Kept:
    """The fields of a form that could not be taken, for a page from which it can be sent again."""

    address: str
    token: str
    fields: list[tuple[str, str]]
    had_files: bool


def _kept(request: HttpRequest) -> Kept | None:
    """What was typed, where sending it again harms nobody: the form carried our token, and holds nothing secret."""
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return None
    if any(part in name for name in request.POST for part in _SECRET_FIELDS):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        if isinstance(value, str)
    ]
    return Kept(request.get_full_path(), get_token(request), fields, bool(request.FILES)) if fields else None


def outage(request: HttpRequest, found: Outage) -> HttpResponse:
    """The disk is full, or storage or database are away: the reason, and what was typed; JSON for a script.

    Nothing here asks the database.
    """
    log.error("outage", status=found.status, path=request.path)
    request.lost_database = found.lost_connection  # type: ignore[attr-defined]
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        context = {"message": found.reason, "status": found.status, "was_sent": request.method == "POST"}
        page = render_to_string("errors/outage.html", context | {"kept": _kept(request)})
        response = HttpResponse(page, status=found.status)
    else:
        response = JsonResponse({"state": "outage", "message": str(found.reason)}, status=found.status)
    response["Retry-After"] = str(found.retry_after_seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. The page asks nothing of the database, which may be what broke, and shows the log's number.

    Django calls this for whatever was raised anywhere, so it is the one place that knows an outage.
    """
    if found := outage_of(sys.exc_info()[1]):
        return outage(request, found)
    number = structlog.contextvars.get_contextvars().get("request_id", "")
    page: str
    try:
        page = render_to_string("errors/500.html", {"request_id": number, "kept": _kept(request)})
    except Exception:  # noqa: BLE001  (whatever the template met, the person gets an answer)
        page = _("Sorry, something went wrong. Nothing you sent was saved. Reference: %(number)s") % {"number": number}
        return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain; charset=utf-8")
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
