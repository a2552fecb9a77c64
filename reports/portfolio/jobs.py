"""The jobs that look through a portfolio and import it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.links import path_to
from jobs.queue import MEDIA, Attempt, Subject, is_last, job
from reports.portfolio import bringing_in
from reports.portfolio.models import PortfolioArrival


def describe(portfolios: Iterable[UUID]) -> dict[UUID, Subject]:
    """What failed jobs are about. Whoever asks was shown the jobs as their own provider's."""
    rows = PortfolioArrival.objects.unscoped().filter(pk__in=list(portfolios))
    return {row.pk: Subject(row.file_name, path_to("portfolio-arrival", row.pk)) for row in rows}


@job(_("Looking through a portfolio"), queue=MEDIA, describe=describe)
def look_through(context: Attempt, arrival_id: str) -> None:
    """Say what would come of importing a portfolio, and change nothing."""
    bringing_in.look_through(UUID(arrival_id), is_last_try=is_last(context))


@job(_("Importing a portfolio"), queue=MEDIA, describe=describe)
def bring_in(context: Attempt, arrival_id: str) -> None:
    """Import a portfolio: the whole of it, or nothing."""
    bringing_in.bring_in(UUID(arrival_id), is_last_try=is_last(context))
