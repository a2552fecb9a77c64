"""What a request is by the time a view has it. These classes are for the type checker: nothing is made of them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User
from core.actor import ANYBODY, Actor


class SiteRequest(HttpRequest):
    """With what the middlewares put on it."""

    htmx: HtmxDetails
    live_memberships: list[Membership]
    acting_choices: list[Organisation]
    second_factor_is_missing: bool
    #: On whose behalf the page is asked for, and the organisation they act for.
    actor: Actor
    organisation: Organisation | None
    session_ended_because: str


class Request(SiteRequest):
    """In a view that is not marked public: whoever asks has signed in."""

    user: User


def actor_of(request: HttpRequest) -> Actor:
    """Who asks for a page, also where no view was found for its address: then they act for no organisation."""
    if hasattr(request, "actor"):
        return request.actor
    user = getattr(request, "user", None)
    return Actor(user.pk) if user is not None and user.is_authenticated else ANYBODY
