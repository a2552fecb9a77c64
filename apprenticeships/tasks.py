"""The job of this app, where the queue looks for those that run by the clock."""

import structlog
from django.utils.translation import gettext_lazy as _

from apprenticeships import workflow
from apprenticeships.models import PlannedChange
from jobs.queue import job
from jobs.schedule import every_minute

log = structlog.get_logger("craftmark.apprenticeships")


def is_any_due() -> bool:
    """Whether the day of a planned change has come."""
    return PlannedChange.objects.unscoped().due().exists()


@every_minute(is_any_due)
@job(_("Making planned changes of apprenticeships"))
def make_what_is_due() -> None:
    """Make each change whose day has come, in their order. One that fails keeps none of the others from being made."""
    for plan_id in list(PlannedChange.objects.unscoped().due().in_order().values_list("pk", flat=True)):
        try:
            workflow.make_planned(plan_id)
        except Exception:
            log.exception("planned_change_not_made", plan=str(plan_id))
