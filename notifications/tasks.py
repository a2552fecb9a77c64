"""The jobs of this part, where the queue looks for those that run by the clock."""

from django.utils.translation import gettext_lazy as _

from jobs import schedule
from jobs.queue import job
from notifications import due, letters, outbox, reading

#: When the mails of the day are sent, in London.
MORNING_HOUR = 7


def is_any_due() -> bool:
    """Whether the record has something new, or a letter is to go."""
    return outbox.is_behind() or letters.is_any_due()


@schedule.every_minute(is_any_due)
@job(_("Telling people what is new"))
def tell_what_is_new() -> None:
    """Read the record for what people are to be told, and mail what goes straight away."""
    outbox.read_all()
    letters.write_what_is_due()


@schedule.daily(MORNING_HOUR)
@job(_("Telling people what is due"))
def tell_what_is_due() -> None:
    """Note what is due today, and mail what goes once a day."""
    outbox.read_all()
    due.note_what_is_due()
    letters.write_digests()


@schedule.nightly
@job(_("Clearing old notices"))
def clear_notices() -> None:
    """Remove notices that are older than they are kept for."""
    reading.clear_old()
