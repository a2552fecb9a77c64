"""What the queue asks of this app: the job that runs by the clock, and which mails are over."""

from uuid import UUID

import structlog
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation
from apprenticeships import workflow
from apprenticeships.importing.jobs import check_learners, sweep_imports, write_learners
from apprenticeships.models import Apprenticeship, PlannedChange
from jobs.mail import not_sent_once
from jobs.queue import job
from jobs.schedule import every_minute

__all__ = ["check_learners", "is_no_longer_invited", "make_what_is_due", "sweep_imports", "write_learners"]

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


@not_sent_once
def is_no_longer_invited(about: UUID) -> bool:
    """Whether it is an invitation that was withdrawn, or to an apprenticeship that was."""
    invitation = Invitation.objects.filter(pk=about).first()
    if invitation is None:
        return False
    if invitation.revoked_at or invitation.person_id is None:
        return invitation.revoked_at is not None
    over = Q(status=Apprenticeship.Status.WITHDRAWN) | Q(undone_at__isnull=False)
    return not Apprenticeship.objects.unscoped().filter(apprentice=invitation.person_id).exclude(over).exists()
