"""The jobs of this part, where the queue looks for those that run by the clock."""

from django.utils.translation import gettext_lazy as _

from jobs.queue import job
from jobs.schedule import every_minute, hourly
from reports.exports import sweeping, telling
from reports.exports.jobs import make
from reports.gateway import readiness
from reports.portfolio import bringing_in
from reports.portfolio.jobs import bring_in, look_through
from reports.retention.jobs import erase, erase_due, remind
from reports.retention.removing import remove_objects
from reports.saving import mailing

#: `telling` has people told of what the jobs have made.
__all__ = [
    "bring_in",
    "erase",
    "erase_due",
    "look_through",
    "look_who_is_ready",
    "mail_views",
    "make",
    "remind",
    "remove_objects",
    "sweep_exports",
    "telling",
]


@hourly
@job(_("Deleting expired downloads"))
def sweep_exports() -> None:
    """Files past their time, what was cut off while it was made, and portfolios that nobody imported."""
    sweeping.sweep_exports()
    bringing_in.sweep()


@hourly
@job(_("Looking who is ready for the gateway"))
def look_who_is_ready() -> None:
    """What the report on all learners counts."""
    readiness.refresh()


@every_minute(mailing.is_any_due)
@job(_("Emailing saved views"))
def mail_views() -> None:
    """Mail the views whose day has come to whoever is to get them."""
    mailing.send_due()
