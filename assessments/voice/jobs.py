"""The jobs on recordings."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from assessments.voice import processing
from assessments.voice.models import VoiceDraft
from core.links import path_to
from jobs.queue import Attempt, Subject, is_last, job
from jobs.schedule import hourly


def describe(draft_ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """What failed jobs are about. Whoever asks was shown the jobs as their own provider's."""
    rows = VoiceDraft.objects.unscoped().filter(pk__in=list(draft_ids)).values_list("pk", "by__name", "submission")
    return {pk: Subject(name, path_to("review", submission)) for pk, name, submission in rows}


@job(_("Preparing spoken feedback"), describe=describe)
def prepare_voice(context: Attempt, draft_id: str) -> None:
    """Make a recording ready to be sent."""
    processing.prepare(UUID(draft_id), is_last_try=is_last(context))


@hourly
@job(_("Removing recordings that are no longer used"))
def sweep_voices() -> None:
    """Recordings that no row names."""
    processing.sweep()
