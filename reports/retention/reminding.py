"""Telling a provider's admins that records are due. The mail has a number and a link; nothing is erased by itself."""

from datetime import timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.links import absolute
from accounts.mail import TrackedMessage
from accounts.models import Membership, Organisation, Role
from core import clock
from core.links import path_to
from reports.retention.models import LegalHold, RetentionReminder
from reports.retention.policy import due

#: One reminder stands for this long.
REMINDED_EVERY = timedelta(days=30)


def remind() -> int:
    """Mail the admins of each provider whose records are due, unless they were told lately. Returns how many mails."""
    sent = 0
    for provider in Organisation.objects.filter(kind=Organisation.Kind.PROVIDER).order_by("pk"):
        sent += _remind(provider)
    return sent


@transaction.atomic
def _remind(provider: Organisation) -> int:
    # Of two who come at once, one tells.
    Organisation.objects.select_for_update(no_key=True).get(pk=provider.pk)
    if RetentionReminder.objects.filter(provider=provider, at__gt=clock.now() - REMINDED_EVERY).exists():
        return 0
    held = LegalHold.objects.unscoped().standing().filter(provider=provider)
    count = due(provider.pk).exclude(pk__in=held.values("apprenticeship")).count()
    if not count:
        return 0
    RetentionReminder.objects.create(provider=provider)
    admins = Membership.objects.live().filter(
        organisation=provider, role=Role.PROVIDER_ADMIN, user__is_active=True, user__email__isnull=False
    )
    subject = _("Records that are due to be erased")
    told = {"count": count, "provider": provider.name, "address": absolute(path_to("retention")), "subject": subject}
    body = render_to_string("reports/retention/due.txt", told)
    for address in sorted({str(address) for address in admins.values_list("user__email", flat=True)}):
        TrackedMessage(subject, body, to=[address], about=None).send()
    return admins.count()
