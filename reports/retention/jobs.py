"""The jobs that erase what two people agreed on, and tell admins what is due."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import OutOfTurn
from core.links import path_to
from jobs.queue import Attempt, Subject, enqueue, job
from jobs.schedule import daily
from reports.retention import reminding
from reports.retention.models import Erasure

#: Before people come to work.
HOUR = 6


def describe(erasures: Iterable[UUID]) -> dict[UUID, Subject]:
    """What failed jobs are about. Whoever asks was shown the jobs as their own provider's."""
    rows = Erasure.objects.unscoped().filter(pk__in=list(erasures)).select_related("apprenticeship__apprentice")
    return {
        row.pk: Subject(row.apprenticeship.apprentice.name, path_to("erasure", row.apprenticeship_id)) for row in rows
    }


@job(_("Erasing a learner’s records"), describe=describe)
def erase(context: Attempt, erasure_id: str) -> None:
    """Erase what was agreed; safe to run twice.

    Where something is in the way, such as a legal hold, it waits for another day: its page says what.
    """
    from reports.retention.workflow import carry_out

    with suppress(OutOfTurn):
        carry_out(UUID(erasure_id))


@daily(HOUR)
@job(_("Erasing what two admins agreed on"))
def erase_due() -> None:
    """A job for each, so that one that fails stops no other."""
    for erasure in Erasure.objects.unscoped().due().select_related("provider").order_by("agreed_at", "pk"):
        enqueue(erase, str(erasure.pk), organisation=erasure.provider, subject=erasure.pk)


@daily(HOUR)
@job(_("Telling admins which records are due to be erased"))
def remind() -> None:
    """Once a month at most for each provider."""
    reminding.remind()
