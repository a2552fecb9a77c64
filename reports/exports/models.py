"""What somebody asked to have made as a file, and how far it has come."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock
from core.actor import Actor
from core.canonical import digest
from portfolios.models import Quarantine
from portfolios.models.files import random_key


def export_key(_export: "Export | None", _given_name: str) -> str:
    """Where a file is kept: a key that no other object has."""
    return random_key("exports")


class ExportQuerySet(OfApprenticeshipQuerySet["Export"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of apprenticeships that `actor` sees, and what they asked for themselves where they act."""
        if not actor.person_id:
            return self.unscoped().none()
        here = Q(provider=None) | Q(provider=actor.organisation_id)
        own = self.unscoped().filter(here, apprenticeship=None, asked_by=actor.person_id)
        of_learners = self._seen_by(actor).filter(apprenticeship__isnull=False)
        return self.unscoped().filter(Q(pk__in=own.values("pk")) | Q(pk__in=of_learners.values("pk")))

    def standing(self) -> Self:
        """Being made or ready: neither failed nor deleted."""
        return self.filter(failed_at=None, deleted_at=None)

    def outlived(self) -> Self:
        """Those whose file is still kept although its time is over."""
        return self.filter(made_at__isnull=False, deleted_at=None, expires_at__lte=clock.now())

    def holding_hidden(self) -> Self:
        """Those that may hold a file which staff hid, or had deleted, after it was put in."""
        since = Quarantine.objects.unscoped().filter(hidden_at__gte=OuterRef("started_at")).exclude(file__withheld="")
        of_learner = since.filter(evidence__apprenticeship=OuterRef("apprenticeship"))
        of_person = since.filter(evidence__apprenticeship__apprentice=OuterRef("asked_by"))
        of_provider = since.filter(provider=OuterRef("provider"))
        return self.filter(
            Exists(of_learner)
            | Q(Exists(of_person), kind=Export.Kind.PERSON)
            | Q(Exists(of_provider), kind=Export.Kind.PROVIDER)
        )

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "pk")


class ExportState(models.TextChoices):
    """How far an export has come. It follows from its moments."""

    WAITING = "waiting", _("Waiting")
    BEING_MADE = "being_made", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
    DELETED = "deleted", _("Deleted")


class Export(models.Model):
    """A file that somebody asked for: for them alone, for some days. It shows one moment."""

    class Kind(models.TextChoices):
        PACK = "pack", _("Pack for the assessment organisation")
        PORTFOLIO = "portfolio", _("Portfolio as a file")
        LEARNERS = "learners", _("Learners, as a spreadsheet")
        PROGRESS = "progress", _("Progress reports")
        AUDIT = "audit", _("Audit pack")
        PERSON = "person", _("Everything about me")
        PROVIDER = "provider", _("Everything of the provider")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    provider = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="For which organisation it was asked; somebody’s own export has none.",
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    asked_for = models.JSONField(
        default=dict, blank=True, help_text="What its kind needs to be told: filters, say. Emptied when it ends."
    )
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_count = models.PositiveIntegerField(default=0, help_text="Of the files, pages or rows that are written.")
    total_count = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    stored = models.FileField(upload_to=export_key, max_length=100, blank=True)
    name = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    key_id = models.CharField(max_length=8, blank=True, help_text="Of the key that signed it.")
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    deleted_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "asked_by", "asked_at", "kind", "expires_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "asked_by", "kind"],
                condition=Q(made_at=None, failed_at=None, deleted_at=None),
                name="one_export_at_a_time_of_a_kind_for_one_person",
            ),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="one_export_per_stored_object"),
            models.CheckConstraint(
                condition=Q(made_at=None, stored="", name="", content_type="", size_bytes=None, sha256="", key_id="")
                | (Q(made_at__isnull=False, failed_at=None, size_bytes__gt=0) & ~Q(stored="") & ~Q(sha256="")),
                name="an_export_that_is_made_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(failed_at=None, failure="") | (Q(failed_at__isnull=False) & ~Q(failure="")),
                name="an_export_that_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(made_at__isnull=False), name="only_an_export_that_was_made_is_deleted"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["pack", "portfolio", "audit"], apprenticeship__isnull=False)
                | (~Q(kind__in=["pack", "portfolio", "audit"]) & Q(apprenticeship=None)),
                name="an_export_of_one_learner_names_them_and_no_other_does",
            ),
            models.CheckConstraint(
                condition=Q(kind="person", provider=None) | (~Q(kind="person") & Q(provider__isnull=False)),
                name="an_export_is_of_a_provider_or_ones_own",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(made_at__isnull=False, deleted_at=None), name="exports_that_are_kept"
            ),
            models.Index(fields=["asked_by", "-asked_at"], name="exports_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def state(self) -> ExportState:
        """The first of these that is true of it."""
        if self.deleted_at:
            return ExportState.DELETED
        if self.failed_at:
            return ExportState.FAILED
        if self.made_at:
            return ExportState.READY
        return ExportState.BEING_MADE if self.started_at else ExportState.WAITING

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return min(100 * self.done_count // self.total_count, 100) if self.total_count else 0

    def fingerprint(self) -> str:
        """Of all but what was asked for, which ends with it, and how far the writing has come."""
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "asked": [self.asked_by_id, self.asked_at, str(self.kind), self.expires_at],
                "made": [
                    self.made_at,
                    str(self.stored.name or ""),
                    self.name,
                    self.content_type,
                    self.size_bytes,
                    self.sha256,
                    self.key_id,
                ],
                "failed": [self.failed_at, self.failure],
                "deleted_at": self.deleted_at,
            }
        )
