"""What was decided or signed off at another provider and brought in here by one act, and that act undone."""

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


class ExternalRecordQuerySet(OfApprenticeshipQuerySet["ExternalRecord"]):
    pass


class ExternalRecord(models.Model):
    """One file by which an admin brought in what another provider or system recorded of an apprentice.

    Nobody here judged any of it: whoever did is a person without an account (`User.external_provider`).
    """

    class Kind(models.TextChoices):
        SIGN_OFFS = "sign_offs", _("List of sign-offs")
        PORTFOLIO = "portfolio", _("Portfolio")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="external_records")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=200, help_text="The provider or system that it comes from.")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the file.")
    origin = models.UUIDField(null=True, help_text="The apprenticeship's id where a portfolio comes from.")
    counts = models.JSONField(default=dict, help_text="How many of each kind of thing came in.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ExternalRecordQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="what_is_external_says_where_it_is_from"),
            models.CheckConstraint(
                condition=Q(kind="portfolio", origin__isnull=False) | Q(kind="sign_offs", origin=None),
                name="a_portfolio_names_what_it_was_where_it_comes_from",
            ),
        ]
        indexes = [models.Index(fields=["provider", "sha256"], name="external_records_of_a_file")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.source}"

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "kind": str(self.kind),
                "source": self.source,
                "file": [self.file_name, self.sha256],
                "origin": self.origin,
                "counts": self.counts,
                "by": self.by_id,
                "at": self.at,
            }
        )


class ExternalUndoing(models.Model):
    """A list of sign-offs taken back as a whole, with the reason. Each sign-off has its withdrawal beside it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    external = models.OneToOneField(ExternalRecord, on_delete=models.PROTECT, related_name="undoing")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="what_is_external_is_undone_for_a_reason")]

    def __str__(self) -> str:
        return f"undoing of {self.external_id}"

    def fingerprint(self) -> str:
        return digest({"external": self.external_id, "reason": self.reason, "by": self.by_id, "at": self.at})
