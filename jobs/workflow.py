"""The one change that a person makes to a job."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from accounts.access import administers, require
from audit import chain as audit
from core.actor import Actor
from core.errors import OutOfTurn
from jobs import retrying
from jobs.audit_actions import JOB_RETRIED
from jobs.models import JobOwner


@transaction.atomic
def retry_job(job_id: UUID, by: Actor) -> JobOwner:
    """Retry a failed job of one's own provider.

    Raises:
        NotAllowed: `by` does not administer the organisation whose job it is.
        OutOfTurn: the job has not failed, or somebody else was first.
    """
    owned = (
        JobOwner.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=job_id)
    )
    require(administers(by, owned.organisation), _("Only an admin of the training provider can do this."))
    if not retrying.retry(DBTaskResult.objects.filter(pk=job_id)):
        raise OutOfTurn(_("This is already being retried."))
    audit.record(JOB_RETRIED, by, owned, organisation=owned.organisation, about=owned.subject)
    return owned
