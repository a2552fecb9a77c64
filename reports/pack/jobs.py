"""The job that makes a pack."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.links import path_to
from jobs.queue import MEDIA, Attempt, Subject, is_last, job
from reports.pack import making
from reports.pack.models import Pack


def describe(packs: Iterable[UUID]) -> dict[UUID, Subject]:
    """Whose packs failed jobs are about. Whoever asks was shown the jobs as their own provider's."""
    rows = Pack.objects.unscoped().filter(pk__in=list(packs))
    return {
        pk: Subject(name, path_to("pack", whose))
        for pk, name, whose in rows.values_list("pk", "apprenticeship__apprentice__name", "apprenticeship")
    }


@job(_("Making a pack"), queue=MEDIA, describe=describe)
def make(context: Attempt, pack_id: str) -> None:
    """Make a pack that was asked for."""
    making.make_pack(UUID(pack_id), is_last_try=is_last(context))
