"""The queue's own jobs."""

from django.utils.translation import gettext_lazy as _

from audit import sealing
from jobs import mail, schedule
from jobs.queue import job


@schedule.nightly
@job(_("Deleting old jobs"))
def forget_old_jobs() -> None:
    """Once a night, so that the table of jobs stays small and no old mail is kept."""
    schedule.prune()
    mail.forget_texts()


@schedule.hourly
@job(_("Adding sign-ins to the record"))
def seal_account_events() -> None:
    """Every hour, so that what happened at sign-in cannot be altered unseen for longer."""
    sealing.seal_events()
