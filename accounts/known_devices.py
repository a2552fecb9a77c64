"""Devices that somebody signed in on before, so that strangers' guesses at a password never keep its owner out.

A device is known by a cookie that stays after signing out. It gives no access: it only counts the owner's tries apart
from everybody else's. A new password, and a year without a sign-in, make it worthless.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "__Host-known-device" if settings.SESSION_COOKIE_SECURE else "known-device"
LASTS = timedelta(days=365)
#: How many people can share one device before the first of them is forgotten.
MOST_PEOPLE = 8


def _signer(user: User) -> TimestampSigner:
    # The hash of the password is part of the salt: a new password makes every older cookie worthless.
    return TimestampSigner(salt=f"accounts.known_devices:{user.pk}:{user.password}")


def _signed(request: HttpRequest) -> list[str]:
    value = request.COOKIES.get(COOKIE, "")
    return value.split(".")[:MOST_PEOPLE] if value else []


def _read(signed: str, user: User) -> str | None:
    try:
        return _signer(user).unsign(signed, max_age=LASTS)
    except BadSignature:
        return None


def device_of(request: HttpRequest, user: User) -> str | None:
    """The random id of the device that makes this request, if `user` signed in on it before."""
    return next((device for signed in _signed(request) if (device := _read(signed, user))), None)


def note(request: HttpRequest, user: User) -> None:
    """Have the answer to this request make the device a known one of `user`, who has just proved who they are."""
    request.known_device_of = user  # type: ignore[attr-defined]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie where `note` asked for it; others who sign in on the same device stay known too."""
    user: User | None = getattr(request, "known_device_of", None)
    if user is None:
        return
    others = [signed for signed in _signed(request) if not _read(signed, user)]
    device = device_of(request, user) or secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        ".".join([_signer(user).sign(device), *others][:MOST_PEOPLE]),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
