"""What a provider looks out for besides the pace: learners gone quiet, past their end, or ready for the gateway."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import KsbState
from apprenticeships.pace import COUNTED_STATUSES
from core import clock
from reports.months import at_beginning_of

#: With nothing done for so many days, somebody has gone quiet: a month without learning may be a break.
QUIET_DAYS = 30
QUIET, PAST_END, READY, GATEWAY = "quiet", "past_end", "ready", "gateway"
WATCHES: dict[str, Any] = {
    QUIET: _("Nothing done for 30 days"),
    PAST_END: _("Past the planned end"),
    READY: _("Every KSB signed off"),
    GATEWAY: _("Ready for the gateway"),
}


def condition(watch: str) -> Q:
    """Which apprenticeships it is about. All of them are learning: nobody on a break has gone quiet."""
    learning = Q(status__in=COUNTED_STATUSES)
    today = clock.today()
    if watch == QUIET:
        since = today - timedelta(days=QUIET_DAYS)
        return learning & (
            Q(last_activity_at__lt=at_beginning_of(since)) | Q(last_activity_at=None, started_on__lt=since)
        )
    if watch == PAST_END:
        return learning & Q(planned_end_on__lt=today)
    if watch == GATEWAY:
        # As `reports.gateway.readiness` found it within the last hour.
        return learning & Q(gateway_readiness__isnull=False)
    return learning & Q(ksb_count__gt=0, ksb_count=F(KsbState.SIGNED_OFF.counter))
