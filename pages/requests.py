"""What a request is by the time a view has it. These classes are for the type checker: nothing is made of them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User


class SiteRequest(HttpRequest):
    """With what the middlewares put on it."""

    htmx: HtmxDetails
    live_memberships: list[Membership]
    acting_choices: list[Organisation]
    second_factor_is_missing: bool
    session_ended_because: str


class Request(SiteRequest):
    """In a view that is not marked public: whoever asks has signed in."""

    user: User
