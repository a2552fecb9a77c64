"""Every mail is a job: kept with the change that sends it, tried again while the mail server is away, and shown.

The site sends mail as any Django site does. `QueuedMail` is its mail backend: it keeps the mail in the transaction
around it, and a worker hands it to the mail server (`MAIL_TRANSPORT`). Mails hold links that let people in, so the text
is encrypted while it waits, wiped once it is sent, and wiped after three days if it never is.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import structlog
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.mail import TrackedMessage
from core import clock
from jobs.models import Mail
from jobs.queue import enqueue, job

log = structlog.get_logger("craftmark.jobs")

#: For how long the text of a mail that could not be sent is kept: as long as the links in it work.
TEXT_LASTS = timedelta(days=3)


#: Each says of what a mail is about whether nobody is to be told of it any more.
_OVER: list[Callable[[UUID], bool]] = []


def not_sent_once(is_over: Callable[[UUID], bool]) -> Callable[[UUID], bool]:
    """Have a mail dropped that waits when what it is about is over. A part says so of the things that it knows."""
    _OVER.append(is_over)
    return is_over


class TextGone(Exception):
    """The mail is too old to be sent: its text was wiped."""


class QueuedMail(BaseEmailBackend):
    """Django's way to the queue: what is sent through this backend is kept and sent by a worker."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                _keep(message)
        return len(email_messages)


def _keep(message: EmailMessage) -> None:
    if message.attachments or message.cc or message.bcc or message.reply_to or getattr(message, "alternatives", None):
        raise ValueError("Mail is plain text for one reader: what else this one has would not be sent.")
    about = message.about if isinstance(message, TrackedMessage) else None
    if about is not None:
        Mail.objects.filter(about=about, sent_at=None).delete()
    mail_id = uuid4()
    kept = enqueue(send_mail, str(mail_id))
    text = {
        "subject": message.subject,
        "body": message.body,
        "from": message.from_email,
        "to": message.to,
        "headers": message.extra_headers,
    }
    Mail.objects.create(id=mail_id, job=kept, about=about, sealed_text=_box().encrypt(json.dumps(text).encode()))


@job(_("Sending an email"))
def send_mail(mail_id: str) -> None:
    """Hand a mail to the mail server, unless that is done, a later mail took its place, or it is over."""
    mail = Mail.objects.filter(pk=UUID(mail_id), sent_at=None).first()
    if mail is None:
        return
    if mail.about and any(is_over(mail.about) for is_over in _OVER):
        mail.delete()
        return
    text = text_of(mail)
    message = EmailMessage(text["subject"], text["body"], text["from"], text["to"], headers=text["headers"])
    hand_over(message)
    Mail.objects.filter(pk=mail.pk).update(sent_at=clock.now(), sealed_text=b"")
    log.info("mail_sent", mail=str(mail.pk), about=str(mail.about) if mail.about else None)


def text_of(mail: Mail) -> dict[str, Any]:
    """What a mail that waits says: `subject`, `body`, `from`, `to` and `headers`.

    Raises:
        TextGone: it was sent, or is too old.
    """
    if not mail.sealed_text:
        raise TextGone
    text: dict[str, Any] = json.loads(_box().decrypt(bytes(mail.sealed_text)))
    return text


def hand_over(message: EmailMessage) -> None:
    """Give a mail to the mail server now: for jobs, which are tried again while it is away."""
    get_connection(settings.MAIL_TRANSPORT).send_messages([message])


def forget_texts() -> None:
    """Wipe the text of mails that could not be sent and are too old by now."""
    Mail.objects.filter(queued_at__lt=clock.now() - TEXT_LASTS).exclude(sealed_text=b"").update(sealed_text=b"")


def _box() -> MultiFernet:
    """Encrypts with the site's secret; what was encrypted with an older secret can be read while that is accepted."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(sha256(f"craftmark.jobs.mail:{secret}".encode()).digest())) for secret in secrets]
    )
