"""What an assessment plan asks of a portfolio, and which pieces were chosen for it."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet, OfProviderQuerySet
from audit.models import MayChange
from core import clock
from core.canonical import digest
from occupations.models import Assessment, StandardVersion
from portfolios.models import Evidence, EvidenceKind
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
