"""The mail that carries an invitation's link. It says who asks whom to what, and nothing about anybody's work."""

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.links import absolute
from accounts.models import Invitation

log = structlog.get_logger("craftmark.accounts")


def send_after_commit(invitation: Invitation, token: str) -> str:
    """Send the link once the invitation is kept, and return it: it is in no table, so nobody can look it up later."""
    link = absolute(reverse("accounts:invitation", args=[token]))
    body = render_to_string("accounts/email/invitation.txt", {"invitation": invitation, "link": link})
    subject = _("Craftmark: %(organisation)s invites you") % {"organisation": invitation.organisation.name}
    message = EmailMessage(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [invitation.email])

    def send() -> None:
        message.send()
        log.info("invitation_mailed", invitation=str(invitation.pk))

    # Robust: a mail server that is away must not turn a kept invitation into an error page; it can be sent again.
    transaction.on_commit(send, robust=True)
    return link
