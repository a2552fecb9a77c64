"""The jobs on documents of learners' files."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.links import path_to
from jobs.queue import Attempt, Subject, is_last, job
from jobs.schedule import hourly
from programme.learner_file import preparing
from programme.learner_file.models import LearnerDocument


def describe(documents: Iterable[UUID]) -> dict[UUID, Subject]:
    """Whose documents failed jobs are about, without their titles: whoever asks may not see the document."""
    rows = LearnerDocument.objects.unscoped().filter(pk__in=list(documents))
    found = rows.values_list("pk", "apprenticeship__apprentice__name", "apprenticeship")
    return {pk: Subject(name, path_to("learner-file", whose)) for pk, name, whose in found}


@job(_("Checking a document"), describe=describe)
def prepare_document(context: Attempt, document_id: str) -> None:
    """Check a document before others see it."""
    preparing.prepare(UUID(document_id), is_last_try=is_last(context))


@hourly
@job(_("Removing documents that are no longer used"))
def sweep_documents() -> None:
    """Objects that no row names."""
    preparing.sweep()
