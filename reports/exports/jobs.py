"""The job that makes an export."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.links import path_to
from jobs.queue import MEDIA, Attempt, Subject, is_last, job
from reports.exports import making
from reports.exports.models import Export


def describe(exports: Iterable[UUID]) -> dict[UUID, Subject]:
    """What failed jobs are about. Whoever asks was shown the jobs as their own provider's."""
    rows = Export.objects.unscoped().filter(pk__in=list(exports)).select_related("apprenticeship__apprentice")
    return {
        row.pk: Subject(
            row.apprenticeship.apprentice.name if row.apprenticeship else row.get_kind_display(),
            path_to("coverage", row.apprenticeship_id) if row.apprenticeship_id else path_to("exports"),
        )
        for row in rows
    }


@job(_("Making a file to download"), queue=MEDIA, describe=describe)
def make(context: Attempt, export_id: str) -> None:
    """Make an export that was asked for."""
    making.make_export(UUID(export_id), is_last_try=is_last(context))
