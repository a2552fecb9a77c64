"""What of large imports is done in the background: checking them, and writing them once they are confirmed."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apprenticeships.importing import steps
from apprenticeships.models import LearnerImport
from core.links import path_to
from jobs.queue import MEDIA, Subject, job
from jobs.schedule import hourly


def describe(ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """The files, for the page of failed jobs."""
    found = LearnerImport.objects.unscoped().filter(pk__in=list(ids)).values_list("pk", "file_name")
    return {pk: Subject(name, path_to("learners-import-preview", pk)) for pk, name in found}


@job(_("Checking a file of learners"), queue=MEDIA, describe=describe)
def check_learners(import_id: str) -> None:
    """Find out what would come of a file."""
    found = LearnerImport.objects.unscoped().filter(pk=import_id).first()
    if found and found.state == LearnerImport.State.CHECKING:
        steps.check(found.pk)


@job(_("Importing learners"), queue=MEDIA, describe=describe)
def write_learners(import_id: str) -> None:
    """Write what is left of a confirmed file."""
    found = LearnerImport.objects.unscoped().filter(pk=import_id).first()
    if found and found.state == LearnerImport.State.WRITING:
        steps.go_on(found.pk)


@hourly
@job(_("Deleting files of learners that nobody confirmed"))
def sweep_imports() -> None:
    """What was read of files whose time is over: it is personal data that nobody needs."""
    LearnerImport.objects.unscoped().over().delete()
