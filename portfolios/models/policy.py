"""What a training provider sets for its apprentices' portfolios."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.querysets import OfProviderQuerySet
from core.prepared import Prepared
from portfolios.models.evidence import EvidenceKind

GIGABYTE = 1024**3


class PortfolioPolicy(models.Model):
    """The limits and rules of one provider. A provider without a row has the defaults: see `policy_of`."""

    provider = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="portfolio_policy"
    )
    claims_per_piece = models.PositiveSmallIntegerField(
        default=6, help_text="Above this we show a reminder. It doesn't block anyone."
    )
    wants_line_per_claim = models.BooleanField(
        default=False, help_text="Whether each claimed KSB needs a line of its own before a piece can be sent."
    )
    apprentice_quota_bytes = models.PositiveBigIntegerField(default=20 * GIGABYTE)
    provider_quota_bytes = models.PositiveBigIntegerField(default=1024 * GIGABYTE)

    objects = OfProviderQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "portfolio policies"
        constraints = [
            models.CheckConstraint(condition=Q(claims_per_piece__gt=0), name="a_piece_may_claim_something"),
        ]

    def __str__(self) -> str:
        return f"portfolio policy of {self.provider_id}"


def policy_of(provider: Organisation) -> PortfolioPolicy:
    """What `provider` set, or the defaults."""
    kept: PortfolioPolicy | None = _policies(provider=provider.pk).first()
    return kept or PortfolioPolicy(provider=provider)


_policies = Prepared(
    lambda provider: PortfolioPolicy.objects.unscoped().filter(provider=provider), is_the_same_every_day=True
)


class PromptSet(models.Model):
    """The prompts that a provider gives its apprentices for one kind of evidence, instead of the usual ones."""

    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="prompt_sets")
    kind = models.CharField(max_length=24, choices=EvidenceKind.choices)
    prompts = models.JSONField(help_text="{prompt, hint} of each, in order.")

    objects = OfProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind"], name="one_set_of_prompts_per_provider_and_kind"),
        ]

    def __str__(self) -> str:
        return f"prompts of {self.provider_id} for {self.kind}"
