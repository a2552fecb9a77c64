"""Mail as people get it: sent by the worker, once the change that asked for it is committed."""

from django.core import mail
from django.core.mail import EmailMessage

from jobs.working import work_off


def delivered() -> list[EmailMessage]:
    """Have waiting jobs done, and return every mail of this test, oldest first."""
    work_off(("default",))
    return mail.outbox


def link_in(message: EmailMessage, part: str) -> str:
    """The link in a mail whose address holds `part`."""
    return next(word for word in message.body.split() if part in word)
