"""Files that staff hid from everybody, and what two of them decided about each."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role
from core import clock
from core.canonical import digest
from portfolios.models.evidence import Evidence
from portfolios.models.files import EvidenceFile, Withheld
from portfolios.querysets.quarantine import QuarantineQuerySet


class Quarantine(models.Model):
    """One time that a file was hidden, because it shows somebody who should not be seen: why, by whom, how it ended.

    One person asks for an end (an internal quality assurer or an admin), somebody else with the other role agrees. What
    was asked and refused is in the record.
    """

    class Wish(models.TextChoices):
        RESTORE = "restore", _("Show it again")
        ERASE = "erase", _("Delete it for good")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="quarantines")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(max_length=2_000, help_text="For staff alone.")
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField(default=clock.now)
    wish = models.CharField(max_length=16, choices=Wish.choices, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_as = models.CharField(max_length=32, choices=Role.choices, blank=True)
    asked_because = models.TextField(max_length=2_000, blank=True)
    asked_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_as = models.CharField(max_length=32, choices=Role.choices, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = QuarantineQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"evidence": "file", "provider": "evidence"}
    never_changes = ("file", "evidence", "provider", "reason", "hidden_by", "hidden_at")
    verified_with = ("file",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(ended_at=None), name="a_file_is_hidden_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_file_is_hidden_with_a_reason"),
            models.CheckConstraint(
                condition=Q(wish="", asked_by=None, asked_as="", asked_because="", asked_at=None)
                | (Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(wish="") & ~Q(asked_because="")),
                name="the_end_of_hiding_is_asked_for_by_somebody_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked_as="") | Q(asked_as__in=[Role.IQA, Role.PROVIDER_ADMIN]),
                name="a_quality_assurer_or_an_admin_asks_for_the_end_of_hiding",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_as="", ended_at=None)
                | (
                    Q(ended_by__isnull=False, ended_at__isnull=False, asked_by__isnull=False)
                    & ~Q(ended_by=F("asked_by"))
                    & (
                        Q(asked_as=Role.IQA, ended_as=Role.PROVIDER_ADMIN)
                        | Q(asked_as=Role.PROVIDER_ADMIN, ended_as=Role.IQA)
                    )
                ),
                name="a_quality_assurer_and_an_admin_end_hiding_together",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "hidden_at"], condition=Q(ended_at=None), name="files_that_are_hidden")
        ]

    def __str__(self) -> str:
        return f"hiding of {self.file_id}"

    @property
    def is_standing(self) -> bool:
        """Whether the file is hidden by it now."""
        return self.ended_at is None

    @property
    def has_erased(self) -> bool:
        """Whether the file was deleted by it."""
        return self.ended_at is not None and self.wish == self.Wish.ERASE

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.file_id, self.evidence_id, self.provider_id],
                "hidden": [self.reason, self.hidden_by_id, self.hidden_at],
                "asked": [self.wish, self.asked_by_id, self.asked_as, self.asked_because, self.asked_at],
                "ended": [self.ended_by_id, self.ended_as, self.ended_at],
            }
        )

    def contradiction(self) -> str | None:
        """Where the file does not say the same; None if it does."""
        if self.is_standing and self.file.withheld != Withheld.HIDDEN:
            return "its file is not hidden"
        if self.has_erased and self.file.withheld != Withheld.ERASED:
            return "its file is not deleted"
        return None
