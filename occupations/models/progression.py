"""Where an occupation leads, and which ones a person keeps in sight."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core import clock
from occupations.models.standards import Standard


class ProgressionLink(models.Model):
    """A way from one occupation to another, as a source publishes it. Computed ones are worked out when shown."""

    start = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="links_onward")
    end = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="links_back")
    source_name = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["start", "end"], name="one_link_per_pair_of_occupations"),
            models.CheckConstraint(condition=~Q(start=F("end")), name="an_occupation_does_not_lead_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.start_id} leads to {self.end_id}"


class Favourite(models.Model):
    """A standard that somebody keeps at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="favourites")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "standard"], name="one_favourite_per_person_and_standard"),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} of {self.user_id}"
