"""What the queue remembers for one assessor about one submission: theirs alone, and part of no record."""

from datetime import timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models

from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet

#: For how long a submission that was opened for one assessor is not opened for another as their next one.
GIVEN_FOR = timedelta(minutes=15)
#: For how many working days a review can be put off at most.
MOST_DAYS_OFF = 10


class QueuePlaceQuerySet(ScopedQuerySet["QueuePlace"]):
    def visible_to(self, actor: Actor) -> Self:
        """Where submissions stand in the queue of `actor`, where they act for the provider of these."""
        rows = self.unscoped()
        if actor.person_id is None or actor.organisation_id is None:
            return rows.none()
        return rows.filter(by=actor.person_id, submission__provider=actor.organisation_id)

    def put_off(self) -> Self:
        """Put off until a later day."""
        return self.filter(put_off_until__gt=clock.today())

    def given_lately(self) -> Self:
        """Opened for somebody as their next one, a short while ago."""
        return self.filter(given_at__gt=clock.now() - GIVEN_FOR)


class QueuePlace(models.Model):
    """Where a submission stands in the queue of one assessor: put off until a day, or opened as their next one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey("assessments.Submission", on_delete=models.CASCADE, related_name="queue_places")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    put_off_until = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)

    objects = QueuePlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "by"], name="one_queue_place_per_submission_and_assessor"),
        ]

    def __str__(self) -> str:
        return f"place of {self.submission_id} in a queue"
