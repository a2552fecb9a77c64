"""Who may assess which standard: what a provider recorded of its assessors, and from when."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.querysets.competence import CompetenceQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Standard


class Level(models.TextChoices):
    """What an assessor may do for the learners of a standard."""

    COMPETENT = "competent", _("competent")
    #: Their decisions count once a competent colleague has countersigned them.
    TRAINING = "training", _("in training")
    NONE = "none", _("not an assessor of it")


class Competence(models.Model):
    """What one assessor may do for one standard, from a day until a day; or, with `undoes`, the undoing of that.

    The one that was recorded last, among those that have begun, counts. Once any of a provider has begun, whoever has
    none for a standard judges nothing of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="In the order in which the provider recorded them.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=16, choices=Level.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="The first day on which it no longer holds.")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = CompetenceQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "undoes", "person": "undoes", "standard": "undoes"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="competences_come_one_after_the_other"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_competence_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="a_competence_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["provider", "person", "standard"], name="competences_of_a_person")]

    def __str__(self) -> str:
        return f"competence {self.number} of {self.provider_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "number": self.number,
                "who": [self.person_id, self.standard_id],
                "level": str(self.level),
                "days": [self.starts_on, self.ends_on],
                "undoes": self.undoes_id,
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )
