"""What an assessment plan asks of a portfolio, and which pieces were chosen for it."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet, OfProviderQuerySet
from audit.models import MayChange
from core import clock
from core.canonical import digest
from occupations.models import Assessment, StandardVersion
from portfolios.models import Evidence, EvidenceKind, Quarantine
from portfolios.models.files import random_key
from reports.pack.naming import PIECE, ROOT


def usual_exclusions() -> list[str]:
    """The kinds that hardly any plan takes."""
    return [EvidenceKind.REFLECTIVE_ACCOUNT.value]


class PlanRules(models.Model):
    """What the assessment plan of one version asks of a portfolio, and how its assessment organisation names files.

    A provider sets it for the versions that its apprentices are on. Without a row the usual rules hold: see `rules_of`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plan_rules")
    standard_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="plan_rules")
    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The method that the portfolio is for; without one, it shows every KSB.",
    )
    fewest = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    excluded_kinds = models.JSONField(default=usual_exclusions, blank=True)
    root_name = models.CharField(max_length=100, default=ROOT.usual)
    piece_name = models.CharField(max_length=100, default=PIECE.usual)

    objects = OfProviderQuerySet.as_manager()
    always_recorded = True
    never_changes = ("provider", "standard_version")

    class Meta:
        verbose_name_plural = "plan rules"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "standard_version"], name="one_set_of_plan_rules_per_provider_and_version"
            ),
            models.CheckConstraint(condition=Q(fewest__gte=1), name="a_portfolio_has_a_piece_at_least"),
            models.CheckConstraint(
                condition=Q(most=None) | Q(most__gte=F("fewest")), name="a_plan_asks_no_more_than_it_takes"
            ),
        ]

    def __str__(self) -> str:
        return f"plan rules of {self.provider_id} for {self.standard_version_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "for": [self.provider_id, self.standard_version_id],
                "assessment": self.assessment_id,
                "pieces": [self.fewest, self.most],
                "excluded_kinds": self.excluded_kinds,
                "names": [self.root_name, self.piece_name],
            }
        )


def rules_of(apprenticeship: Apprenticeship) -> PlanRules:
    """What holds for an apprenticeship: what its provider set for its version, or for an earlier correction of it."""
    version = apprenticeship.standard_version
    found = (
        PlanRules.objects.unscoped()
        .filter(
            provider=apprenticeship.provider_id,
            standard_version__standard=version.standard_id,
            standard_version__version=version.version,
            standard_version__correction__lte=version.correction,
        )
        .select_related("assessment")
        .order_by("-standard_version__correction")
        .first()
    )
    return found or PlanRules(provider_id=apprenticeship.provider_id, standard_version=version)


class ChosenPieceQuerySet(OfApprenticeshipQuerySet["ChosenPiece"]):
    def standing(self) -> Self:
        """Not dropped again."""
        return self.filter(dropped_at=None)


class ChosenPiece(models.Model):
    """A piece that was chosen for the assessment organisation, until it is dropped. Chosen again, it is another row."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="choices")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="chosen_pieces")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=clock.now)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    objects = ChosenPieceQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"apprenticeship": "evidence", "provider": "evidence"}
    may_change = MayChange(("dropped_by_id", "dropped_at"), "OLD.dropped_at IS NULL AND NEW.dropped_at IS NOT NULL")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence"], condition=Q(dropped_at=None), name="a_piece_is_chosen_once"),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_by=None) | Q(dropped_at__isnull=False, dropped_by__isnull=False),
                name="whoever_drops_a_piece_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"choice of {self.evidence_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.evidence_id, self.apprenticeship_id, self.provider_id],
                "chosen": [self.chosen_by_id, self.chosen_at],
                "dropped": [self.dropped_by_id, self.dropped_at],
            }
        )


def pack_key(_pack: "Pack | None", _given_name: str) -> str:
    """Where a pack is kept: a key that no other object has."""
    return random_key("packs")


class PackQuerySet(OfApprenticeshipQuerySet["Pack"]):
    def standing(self) -> Self:
        """Being made or ready: neither failed nor deleted."""
        return self.filter(failed_at=None, deleted_at=None)

    def outlived(self) -> Self:
        """Those whose file is still kept although its time is over."""
        return self.filter(made_at__isnull=False, deleted_at=None, expires_at__lte=clock.now())

    def holding_hidden(self) -> Self:
        """Those that may hold a file which staff hid, or had deleted, after it was put in."""
        hidden = Quarantine.objects.unscoped().filter(
            evidence__apprenticeship=OuterRef("apprenticeship"), hidden_at__gte=OuterRef("started_at")
        )
        return self.filter(Exists(hidden.exclude(file__withheld="")))

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "pk")


class PackState(models.TextChoices):
    """How far a pack has come. It follows from its moments."""

    WAITING = "waiting", _("Waiting")
    BEING_MADE = "being_made", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
    DELETED = "deleted", _("Deleted")


class Pack(models.Model):
    """A pack that somebody asked for, as one ZIP: for them alone, for some days. It shows one moment.

    Of the other kind, it is an apprentice's whole portfolio as open data, for them to keep or take elsewhere.
    """

    class Kind(models.TextChoices):
        PACK = "pack", _("Pack")
        PORTFOLIO = "portfolio", _("Portfolio")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="packs")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.PACK)
    uln = models.CharField("ULN", max_length=10, blank=True, help_text="For the name of the main folder.")
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_count = models.PositiveIntegerField(default=0, help_text="Of the files and pages that are written.")
    total_count = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    stored = models.FileField(upload_to=pack_key, max_length=100, blank=True)
    name = models.CharField(max_length=255, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    key_id = models.CharField(max_length=8, blank=True, help_text="Of the key that signed it.")
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    deleted_at = models.DateTimeField(null=True)

    objects = PackQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "asked_by", "asked_at", "kind", "uln", "expires_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "asked_by", "kind"],
                condition=Q(made_at=None, failed_at=None, deleted_at=None),
                name="one_pack_at_a_time_for_one_person",
            ),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="one_pack_per_stored_object"),
            models.CheckConstraint(
                condition=Q(made_at=None, stored="", name="", size_bytes=None, sha256="", key_id="")
                | (Q(made_at__isnull=False, failed_at=None, size_bytes__gt=0) & ~Q(stored="") & ~Q(sha256="")),
                name="a_pack_that_is_made_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(failed_at=None, failure="") | (Q(failed_at__isnull=False) & ~Q(failure="")),
                name="a_pack_that_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(made_at__isnull=False), name="only_a_pack_that_was_made_is_deleted"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(made_at__isnull=False, deleted_at=None), name="packs_that_are_kept"
            )
        ]

    def __str__(self) -> str:
        return f"pack {self.pk}"

    @property
    def state(self) -> PackState:
        """The first of these that is true of it."""
        if self.deleted_at:
            return PackState.DELETED
        if self.failed_at:
            return PackState.FAILED
        if self.made_at:
            return PackState.READY
        return PackState.BEING_MADE if self.started_at else PackState.WAITING

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return min(100 * self.done_count // self.total_count, 100) if self.total_count else 0

    def fingerprint(self) -> str:
        """Of all but how far the writing has come."""
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "asked": [self.asked_by_id, self.asked_at, str(self.kind), self.uln, self.expires_at],
                "made": [
                    self.made_at,
                    str(self.stored.name or ""),
                    self.name,
                    self.size_bytes,
                    self.sha256,
                    self.key_id,
                ],
                "failed": [self.failed_at, self.failure],
                "deleted_at": self.deleted_at,
            }
        )
