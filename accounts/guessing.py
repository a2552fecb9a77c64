"""How often somebody may guess: ten times in five minutes for an account, a hundred times from an internet address.

Whoever is at a device that signed in to the account before, or is signed in, is counted by themself: nobody else's
guesses, for this account or from this address, use up their tries.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from accounts import known_devices
from accounts.models import User


def count_try(request: HttpRequest, user: User | None, account: str) -> ratelimit.RateLimitUsage | None:
    """Count a try for an account; None if there were too many. Roll back what is returned if the try succeeds.

    Args:
        user: whose account it is, if there is one. An account that does not exist is counted in the same way, in the
            same time.
        account: a name for the account, the same for every try.
    """
    device = _own_device(request, user or User())
    action, key = ("login_failed_on_known_device", f"{account}:{device}") if device else ("login_failed", account)
    return ratelimit.consume(request, app="allauth.account", action=action, key=key)


def _own_device(request: HttpRequest, user: User) -> str | None:
    if request.user.is_authenticated and request.user.pk == user.pk:
        return request.session.session_key
    return known_devices.device_of(request, user)
