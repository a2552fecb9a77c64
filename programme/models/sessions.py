"""Training sessions, and who was there: the register."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock
from core.canonical import digest
from programme.querysets.sessions import TrainingSessionQuerySet


class SessionKind(models.TextChoices):
    """The kinds of off-the-job training that are given to several learners at once."""

    TEACHING = "teaching", _("Teaching, in a room or online")
    PRACTICE = "practice", _("Practical training")
    MENTORING = "mentoring", _("Mentoring or coaching")
    VISIT = "visit", _("Visit, event or competition")


class TrainingSession(models.Model):
    """One session that a trainer gave to learners of a provider. Who was there is in its register."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    happened_on = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=SessionKind.choices)
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = TrainingSessionQuerySet.as_manager()
    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 24 * 60)), name="a_session_is_of_one_day"),
        ]
        indexes = [models.Index(fields=["provider", "-happened_on"], name="sessions_of_a_provider")]

    def __str__(self) -> str:
        return self.title

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})


class Attendance(models.Model):
    """Whether a learner was there. A correction is a row of its own, with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="attendances")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="attendances")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    is_present = models.BooleanField()
    reason = models.TextField(max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = OfApprenticeshipQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "session": "replaces", "apprenticeship": "replaces"}
    verified_with = ("session",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "apprenticeship"],
                condition=Q(replaces=None),
                name="a_learner_is_once_in_a_register",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""), name="a_register_is_corrected_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.apprenticeship_id} {'was' if self.is_present else 'was not'} at {self.session_id}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})

    def contradiction(self) -> str | None:
        """Where it does not agree with its session; None if it does."""
        return "its session is another provider's" if self.session.provider_id != self.provider_id else None
