"""The mail that carries an invitation's link. It says who asks whom to what, and nothing about anybody's work."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.links import absolute
from accounts.mail import TrackedMessage
from accounts.models import Invitation
from core.links import path_to


def send(invitation: Invitation, token: str) -> str:
    """Send the link, and return it: it is in no table, so nobody can look it up later.

    The mail waits as a job of this transaction's: a mail server that is away harms no invitation.
    """
    link = absolute(path_to("invitation", token))
    body = render_to_string("accounts/email/invitation.txt", {"invitation": invitation, "link": link})
    if invitation.organisation:
        subject = _("%(organisation)s has invited you to Craftmark") % {"organisation": invitation.organisation.name}
    else:
        subject = _("You have been invited to Craftmark")
    TrackedMessage(" ".join(subject.split()), body, [invitation.email], about=invitation.pk).send()
    return link
