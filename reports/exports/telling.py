"""Telling whoever asked that an export is ready, or that it could not be made. The mail has a link and no content."""

from datetime import timedelta

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.links import absolute
from accounts.mail import TrackedMessage
from core import clock
from core.links import path_to
from reports.exports.models import Export

#: What is made sooner than this is there before whoever asked has left the page.
WAITED_FOR = timedelta(minutes=1)


def tell(export: Export) -> None:
    """Mail whoever asked, unless the file was ready at once. Within the transaction of the change."""
    is_quick = export.failed_at is None and clock.now() - export.asked_at < WAITED_FOR
    if is_quick or not export.asked_by.is_active or not export.asked_by.email:
        return
    subject = _("A file you asked for could not be made") if export.failed_at else _("Your file is ready to download")
    body = render_to_string(
        "reports/exports/told.txt", {"export": export, "address": absolute(path_to("exports")), "subject": subject}
    )
    TrackedMessage(subject, body, to=[export.asked_by.email], about=export.pk).send()
