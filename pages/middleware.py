"""What surrounds every request: who must be signed in, for which organisation they act, and how a refused act looks."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import connections
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts import known_devices, sessions
from accounts.access import note_memberships
from accounts.models import Membership, Organisation, User
from core import scope
from core.actor import ANYBODY, Actor
from core.errors import WorkflowError
from core.prepared import Prepared
from pages.error_pages import refused
from pages.requests import SiteRequest

GetResponse = Callable[[SiteRequest], HttpResponse]
View = Callable[..., HttpResponse]

#: Marks a view that strangers may open. Everything else asks for a sign-in first.
public = login_not_required

ACTING_KEY = "acting_organisation"

#: What somebody who still owes a second step may open: the way to set it up, and the way out.
BEFORE_SECOND_FACTOR = {"account_reauthenticate", "account_logout", "account_email", "account_confirm_email"}


def personal(view: View) -> View:
    """Marks a view that is about the person alone, so it works before they chose an organisation to act for."""
    view.is_personal = True  # type: ignore[attr-defined]
    return view


def is_public(view: View) -> bool:
    return not getattr(view, "login_required", True)


def _name_of(request: SiteRequest) -> str:
    """What the address of the page is called."""
    return (request.resolver_match and request.resolver_match.url_name) or ""


def is_personal(request: SiteRequest, view: View) -> bool:
    """Whether the page is about the person alone: marked so, or one of the sign-in pages."""
    name = _name_of(request)
    return getattr(view, "is_personal", False) or name.startswith(("account_", "mfa_", "usersessions_"))


def is_local(request: SiteRequest, address: str) -> bool:
    """Whether an address that a request brought along leads to this site. A word alone is no address."""
    return address.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def wanted_address(request: SiteRequest) -> str:
    """Where to bring the person once what stands in the way is done.

    That is the page they asked for; for a form or a part of a page, the page it stands on. Empty if nobody can tell.
    """
    if request.htmx:
        return request.htmx.current_url_abs_path or ""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not came_from or not is_local(request, came_from):
        return ""
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def send_to(request: SiteRequest, name: str, *, keeping_address: bool = True) -> HttpResponse:
    """To another page first. A part of a page that htmx asked for makes the browser leave the whole page."""
    address = reverse(name)
    wanted = wanted_address(request) if keeping_address else ""
    if wanted and wanted != "/":
        address += "?" + urlencode({"next": wanted})
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


_ORGANISATION_FIELDS = [field.attname for field in Organisation._meta.concrete_fields]
_OF_ORGANISATION = [f"organisation__{name}" for name in _ORGANISATION_FIELDS]


def places_of(request: SiteRequest) -> list[Membership]:
    """The signed-in person's roles today; one that is of no organisation is of the installation itself.

    One query, asked again for each request.
    """
    if not hasattr(request, "live_memberships"):
        request.live_memberships = [_place(*row) for row in _memberships(person=cast(User, request.user).pk)]
    return request.live_memberships


@Prepared
def _memberships(person: UUID) -> QuerySet[Any, Any]:
    rows = Membership.objects.live().filter(user=person).with_second_factor()
    return rows.values_list("pk", "user", "role", "started_on", "ended_on", "has_second_factor", *_OF_ORGANISATION)


def _place(
    pk: UUID, user: UUID, role: str, started_on: date, ended_on: date, has_second_factor: bool, *organisation: Any
) -> Membership:
    place = Membership(pk=pk, user_id=user, role=role, started_on=started_on, ended_on=ended_on)
    vars(place)["has_second_factor"] = has_second_factor
    place.organisation = (
        Organisation.from_db("default", _ORGANISATION_FIELDS, organisation) if organisation[0] else None
    )
    return place


class RetriedReadMiddleware:
    """Asks for a page once more if the database ended its session in the middle: a new session may well do.

    Only reads: whether a change that lost its answer was kept, nobody can tell.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        response = self._answer(request)
        if getattr(request, "lost_database", False) and request.method in ("GET", "HEAD"):
            return self._answer(type(request)(vars(request)["environ"]))  # type: ignore[call-arg]  # a WSGIRequest
        return response

    def _answer(self, request: SiteRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "lost_database", False):
            connections.close_all()
        return response


class HeadersAloneMiddleware:
    """Leaves out the body where only headers were asked for: a connection would carry it as the next answer.

    Not every server does so. Stands around whatever makes or counts a body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "HEAD":
            return response
        if response.streaming:
            response.streaming_content = ()  # type: ignore[attr-defined]
            vars(response)["file_to_stream"] = None
        else:
            response.content = b""
        return response


class SecurityHeadersMiddleware:
    """Adds the headers that Django does not set, and keeps pages with people's data out of caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        response = self.get_response(request)
        # The pages by which Django explains a fault to a developer have their styles in them.
        if not (settings.DEBUG and response.status_code in {404, 500}):
            response.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)  # type: ignore[misc]
        response.setdefault(
            "Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-store")
        if _signed_out(request):
            # Pictures of evidence go with whoever looked at them. Whatever else the device holds goes too, if the page
            # found nothing of anybody else's there.
            clears_all = request.POST.get("device") == "clear"
            response["Clear-Site-Data"] = '"cache", "storage"' if clears_all else '"cache"'
        return response


def _signed_out(request: SiteRequest) -> bool:
    """Whether somebody has just signed out."""
    match = request.resolver_match
    return bool(
        match and match.url_name == "account_logout" and request.method == "POST" and not request.user.is_authenticated
    )


class KnownDeviceMiddleware:
    """Sets the cookie of a device that somebody has just signed in on: only here is there an answer to put it on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        response = self.get_response(request)
        known_devices.remember(request, response)
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view needs a sign-in unless it is marked public."""

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponse:  # type: ignore[override]
        return send_to(cast(SiteRequest, request), "account_login")


class WorkflowErrorMiddleware:
    """Turns a refused act that a view let through into a page with its message."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: SiteRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, WorkflowError) else None


class SessionLimitsMiddleware:
    """Ends a session that was idle too long or began too long ago, and says so on the sign-in page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: SiteRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        over = sessions.ended(request.session, is_staff=bool(places_of(request)))
        if over is None:
            sessions.note_use(request)
            return None
        sessions.end(request, over.reason)
        messages.info(request, over.message)
        return None if is_public(view) else send_to(request, "account_login")


class SecondFactorMiddleware:
    """Sends people who see others' work to set up a second factor before anything else.

    Whether they have one is read with their memberships at each request, so a factor that was removed is missing at
    once. That it was used is a matter of sign-in: whoever has one cannot sign in without it, and a new or removed one
    ends all other sessions.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: SiteRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        request.second_factor_is_missing = any(not vars(place)["has_second_factor"] for place in places_of(request))
        name = _name_of(request)
        if not request.second_factor_is_missing or is_public(view):
            return None
        if name.startswith("mfa_") or name in BEFORE_SECOND_FACTOR:
            return None
        return send_to(request, "mfa_index", keeping_address=False)


class ActingOrganisationMiddleware:
    """Sets `request.actor` from the session; who belongs to several organisations is asked to choose one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: SiteRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        request.actor, request.organisation = ANYBODY, None
        if not request.user.is_authenticated:
            return None
        places = places_of(request)
        organisations = {place.organisation_id: place.organisation for place in places if place.organisation}
        chosen = next((o for pk, o in organisations.items() if str(pk) == request.session.get(ACTING_KEY)), None)
        if chosen is None and len(organisations) == 1:
            chosen = next(iter(organisations.values()))
        request.organisation = chosen
        request.actor = Actor(request.user.pk, chosen.pk if chosen else None)
        note_memberships(request.actor, places)
        request.acting_choices = sorted(organisations.values(), key=lambda organisation: organisation.name.casefold())
        if chosen is None and organisations and not is_public(view) and not is_personal(request, view):
            return send_to(request, "pages:acting")
        return None


class ScopeMiddleware:
    """Refuses, while a request is served, any query for somebody's rows that did not pass through `visible_to`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        with scope.enforced():
            return self.get_response(request)
