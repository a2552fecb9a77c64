"""The jobs of this app, where the queue looks for those that run by the clock."""

import structlog
from django.utils.translation import gettext_lazy as _

from assessments import workflow
from assessments.likeness import looking
from assessments.models import ReviewDraft, Submission
from assessments.voice.jobs import prepare_voice, sweep_voices
from jobs.queue import job
from jobs.schedule import every_minute

__all__ = ["look_for_likeness", "prepare_voice", "send_what_is_due", "sweep_voices"]

log = structlog.get_logger("craftmark.assessments")


def is_any_due() -> bool:
    """Whether a finished review is to be sent now."""
    return ReviewDraft.objects.unscoped().due().exists()


@every_minute(is_any_due)
@job(_("Sending finished reviews"))
def send_what_is_due() -> None:
    """Send each finished review whose moment has come. One that fails is tried again in the next minute.

    It keeps none of the others from being sent.
    """
    for draft_id in list(ReviewDraft.objects.unscoped().due().values_list("pk", flat=True)):
        try:
            workflow.send_if_due(draft_id)
        except Exception:
            log.exception("review_not_sent", draft=str(draft_id))


def is_any_unlooked() -> bool:
    """Whether something waits that was not held against what others submitted."""
    return Submission.objects.unscoped().waiting().filter(sketch=None).exists()


@every_minute(is_any_unlooked)
@job(_("Comparing evidence with that of others"))
def look_for_likeness() -> None:
    """Hold each submission that waits against those of the provider's other apprentices, once."""
    for submission_id in looking.unlooked():
        try:
            looking.look_at(submission_id)
        except Exception:
            log.exception("likeness_not_looked_for", submission=str(submission_id))
