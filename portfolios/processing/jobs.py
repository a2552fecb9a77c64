"""The jobs on a file. Each is safe to run twice: it starts by asking whether its work is done."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import clock
from core.links import path_to
from jobs import queue
from jobs.models import JobOwner
from jobs.queue import Attempt, Subject, enqueue, is_last, job
from jobs.schedule import hourly
from portfolios.models import EvidenceFile, Withheld
from portfolios.processing import checking, preparing, sweeping

#: A file that waits for so long has no job, unless the queue is long.
LONG_ENOUGH = timedelta(hours=1)
#: At most this many files are queued in one turn; the next turn takes the next ones.
MOST_AT_ONCE = 1_000


def describe(file_ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """What failed jobs on files are about. Whoever asks was shown the jobs as their own provider's."""
    rows = EvidenceFile.objects.unscoped().filter(pk__in=list(file_ids)).values_list("pk", "name", "evidence")
    return {pk: Subject(name, path_to("evidence", evidence)) for pk, name, evidence in rows}


@job(_("Preparing a file"), describe=describe)
def prepare(context: Attempt, file_id: str) -> None:
    """Clean a file and make what is shown of it."""
    preparing.prepare(UUID(file_id), is_last_try=is_last(context))


@job(_("Checking a file for viruses"), describe=describe)
def scan(context: Attempt, file_id: str) -> None:
    """Ask the scanner about a file."""
    checking.scan(UUID(file_id), is_last_try=is_last(context))


@hourly
@job(_("Retrying files that were missed"))
def prepare_what_waits() -> None:
    """Have files prepared that wait without a job: those that came before there were jobs, or whose job was lost."""
    under_way = JobOwner.objects.unscoped().filter(job__status__in=["READY", "RUNNING"]).values("subject")
    waiting = (
        EvidenceFile.objects.unscoped()
        .filter(processing=EvidenceFile.Processing.WAITING, added_at__lt=clock.now() - LONG_ENOUGH)
        .exclude(pk__in=under_way)
        .exclude(withheld=Withheld.ERASED)
        .select_related("evidence__apprenticeship__provider")
        .order_by("-added_at")
    )
    for file in waiting[:MOST_AT_ONCE]:
        begin(file)


@job(_("Deleting a file for good"), describe=describe)
def erase(file_id: str) -> None:
    """Remove the bytes of a file that two people had deleted."""
    sweeping.erase_bytes(UUID(file_id))


@hourly
@job(_("Removing files that are no longer used"))
def sweep_files() -> None:
    """Uploads whose time has run out, parts and objects that no row names, and folders of workers that died."""
    sweeping.sweep_files()


def begin(file: EvidenceFile) -> None:
    """Enqueue what a new file needs, or one whose preparation is tried again."""
    about: dict[str, Any] = {"organisation": file.evidence.apprenticeship.provider, "subject": file.pk}
    is_long = file.media_kind in ("audio", "video")
    enqueue(prepare, str(file.pk), queue=queue.MEDIA if is_long else queue.DEFAULT, **about)
    if settings.CLAMD_ADDRESS and file.scan == EvidenceFile.Scan.WAITING:
        enqueue(scan, str(file.pk), **about)
