"""What a request is by the time a view has it. These classes are for the type checker: nothing is made of them."""

from typing import cast

from django.http import Http404, HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User
from accounts.sessions import NotedRequest
from core.actor import ANYBODY, Actor


class SiteRequest(NotedRequest):
    """With what the middlewares put on it."""

    htmx: HtmxDetails
    live_memberships: list[Membership]
    acting_choices: list[Organisation]
    second_factor_is_missing: bool
    #: On whose behalf the page is asked for, and the organisation they act for.
    actor: Actor
    organisation: Organisation | None


class Request(SiteRequest):
    """In a view that is not marked public: whoever asks has signed in."""

    user: User


def organisation_of(request: Request) -> Organisation:
    """The organisation that somebody acts for, on a page that there is only for those who act for one."""
    if request.organisation is None:
        raise Http404
    return request.organisation


def actor_of(request: HttpRequest) -> Actor:
    """Who asks for a page, also where no view was found for its address: then they act for no organisation."""
    if hasattr(request, "actor"):
        return cast(SiteRequest, request).actor
    user = getattr(request, "user", None)
    return Actor(user.pk) if user is not None and user.is_authenticated else ANYBODY
