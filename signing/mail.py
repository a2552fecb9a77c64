"""Mails to people who sign by link. They say who asks whom for what, and nothing of anybody's work."""

from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.links import absolute
from accounts.mail import TrackedMessage
from core.links import path_to
from core.moments import moment_with_zone
from signing import receipts
from signing.models import Link, Signature


def send_link(link: Link, token: str) -> None:
    """Send the link to whoever is asked. It is in no table, so nobody can look it up later."""
    subject = _("%(name)s’s apprenticeship: please confirm") % {"name": link.apprenticeship.apprentice.name}
    passed_on_by = link.follows.name if link.follows else ""
    _send(
        subject,
        "request",
        link.email,
        link.pk,
        link=link,
        passed_on_by=passed_on_by,
        address=absolute(path_to("link", token)),
        until=moment_with_zone(link.expires_at),
    )


def send_receipt(signature: Signature) -> None:
    """Send the signer what they signed, when, and the way to say that it was not them."""
    _send(
        _("Your receipt: %(reference)s") % {"reference": signature.reference},
        "receipt",
        signature.link.email,
        signature.pk,
        signature=signature,
        link=signature.link,
        at=moment_with_zone(signature.at),
        address=absolute(path_to("receipt", receipts.token_of(signature))),
    )


def _send(subject: str, template: str, to: str, about: UUID | None, **context: Any) -> None:
    body = render_to_string(f"signing/email/{template}.txt", context)
    TrackedMessage(" ".join(subject.split()), body, [to], about=about).send()
