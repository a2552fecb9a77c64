"""What surrounds every request: who must be signed in, for which organisation they act, and how a refused act looks."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import scope
from accounts.error_pages import refused
from accounts.errors import WorkflowError
from accounts.models import Membership

GetResponse = Callable[[HttpRequest], HttpResponse]

#: Marks a view that strangers may open. Everything else asks for a sign-in first.
public = login_not_required

ACTING_KEY = "acting_organisation"


class SecurityHeadersMiddleware:
    """Adds the headers that neither Django nor django-csp sets, and keeps pages with people's data out of caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault(
            "Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-store")
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view needs a sign-in unless it is marked public."""


class WorkflowErrorMiddleware:
    """Turns a refused act that a view let through into a page with its message."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, WorkflowError) else None


class ActingOrganisationMiddleware:
    """Sets `user.acting_for` from the session; who belongs to several organisations is asked to choose one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        memberships = Membership.objects.live().filter(user=request.user).select_related("organisation")
        organisations = {membership.organisation_id: membership.organisation for membership in memberships}
        chosen = next((o for pk, o in organisations.items() if str(pk) == request.session.get(ACTING_KEY)), None)
        if chosen is None and len(organisations) == 1:
            chosen = next(iter(organisations.values()))
        request.user.acting_for = chosen
        request.user.roles = {m.role for m in memberships if chosen and m.organisation_id == chosen.pk}
        request.acting_choices = list(organisations.values())
        if chosen is None and organisations and not getattr(view, "works_unchosen", False):
            return redirect(f"{reverse('accounts:acting')}?next={request.path}")
        return None


class ScopeMiddleware:
    """Refuses, while a request is served, any query for somebody's rows that did not pass through `visible_to`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with scope.enforced():
            return self.get_response(request)


class SessionLimitsMiddleware:
    """Ends a session that was idle too long."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SecondFactorMiddleware:
    """Sends people who see others' work to set up a second factor before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
