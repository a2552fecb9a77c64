"""What the queue itself does not know of a job: who works, whose work it is, and which scheduled runs there were.

The jobs are rows of `django_tasks_db`; these stand beside them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.models import Membership, Organisation
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet


class Worker(models.Model):
    """A worker process, and when it was last heard. One that is silent for longer than the lease has died."""

    id = models.CharField(primary_key=True, max_length=64)
    queues = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=clock.now)
    heard_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.id


class ScheduledRun(models.Model):
    """One run of something scheduled. Its name and slot are unique, so it happens once however many workers look."""

    name = models.CharField(max_length=100)
    slot = models.DateTimeField()
    enqueued_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="one_run_per_name_and_slot")]

    def __str__(self) -> str:
        return f"{self.name} at {self.slot:%Y-%m-%d %H:%M}"


class JobOwnerQuerySet(ScopedQuerySet["JobOwner"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the providers that `actor` is an admin of."""
        if not actor.person_id:
            return self.unscoped().none()
        providers = Membership.objects.acting(actor).administering().values("organisation")
        return self.unscoped().filter(organisation__in=providers)

    def failed(self) -> Self:
        """Those that were tried as often as may be."""
        return self.filter(job__status="FAILED")

    def newest_first(self) -> Self:
        return self.order_by("-job__finished_at", "pk")


class JobOwner(models.Model):
    """A job that is done for an organisation, about something of theirs: so that its admins see how it goes."""

    job = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="owner")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    subject = models.UUIDField(help_text="The id of what the job is about.")

    objects = JobOwnerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.job_id} on {self.subject}"


class MailQuerySet(models.QuerySet["Mail"]):
    def about(self, subjects: Iterable[UUID]) -> dict[UUID, "Mail"]:
        """The newest mail about each of these. One query."""
        mails = self.filter(about__in=list(subjects)).select_related("job").order_by("queued_at")
        return {mail.about: mail for mail in mails if mail.about}


class Mail(models.Model):
    """A mail that waits for the mail server, and afterwards the fact that it was sent. Only `jobs.mail` writes it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being sent")
        DELAYED = "delayed", _("not sent yet")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, related_name="mail")
    about = models.UUIDField(null=True, db_index=True, help_text="The id of what the mail is about.")
    sealed_text = models.BinaryField(help_text="Who it is for and what it says, encrypted; empty once it was sent.")
    queued_at = models.DateTimeField(default=clock.now, db_index=True)
    sent_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    def __str__(self) -> str:
        return f"mail {self.pk}"

    @property
    def state(self) -> State:
        """How far it has got. Read with its job."""
        if self.sent_at:
            return self.State.SENT
        if self.job.status == "FAILED":
            return self.State.FAILED
        return self.State.DELAYED if self.next_try_at else self.State.WAITING

    @property
    def next_try_at(self) -> datetime | None:
        """When the mail server is asked again, after it did not take the mail."""
        return self.job.run_after if self.job.status == "READY" and self.job.worker_ids else None
