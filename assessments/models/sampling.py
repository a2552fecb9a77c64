"""Plans by which decisions and results are sampled for quality assurance, what each drew from, and the samples."""

from collections.abc import Iterable
from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.models.deciding import Decision
from assessments.querysets.sampling import PoolDecisionQuerySet, SampleQuerySet, SamplingPlanQuerySet
from assessments.results.models import OutcomeResult
from assessments.sampling.drawing import Drawable, draw
from core import clock
from core.canonical import digest
from occupations.models import Standard


class Risk(models.TextChoices):
    """How likely it is that a decision is wrong."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class RiskReason(models.TextChoices):
    """What makes an assessor’s decisions on a standard more likely to be wrong."""

    NEW_ASSESSOR = "new_assessor", _("New assessor")
    NEW_STANDARD = "new_standard", _("New to this standard")
    REFERRALS = "referrals", _("Earlier decisions were corrected or led to an action")


class Method(models.TextChoices):
    """How a quality assurer checks."""

    EVIDENCE = "evidence", _("Look at the evidence and the decision")
    DISCUSSION = "discussion", _("Also talk to the assessor or the apprentice")
    OBSERVATION = "observation", _("Also watch the assessor at work")


class Factor(models.TextChoices):
    """The CAMERA factors: what a sample is spread across."""

    CANDIDATES = "candidates", _("Every apprentice")
    ASSESSORS = "assessors", _("Every assessor")
    METHODS = "methods", _("Every type of evidence")
    ELEMENTS = "elements", _("Every kind of KSB, met and not yet")
    RECORDS = "records", _("Decisions with feedback, without it and corrected")
    SITES = "sites", _("Every employer")


class Why(models.TextChoices):
    """Why a decision of the pool was drawn, or was not."""

    GATEWAY = "gateway", _("Near the gateway")
    RATE = "rate", _("By the rate")
    CANDIDATES = "candidates", _("For this apprentice")
    ASSESSORS = "assessors", _("For this assessor")
    METHODS = "methods", _("For this type of evidence")
    ELEMENTS = "elements", _("For this kind of KSB")
    RECORDS = "records", _("For this kind of record")
    SITES = "sites", _("For this employer")
    NOT_DRAWN = "not_drawn", _("Not drawn at this rate")
    SAMPLED_BEFORE = "sampled_before", _("Sampled by another plan")
    CONFLICT = "conflict", _("Whoever planned this has a conflict of interest with the apprentice")


#: Of what is in a pool, this was not drawn.
NOT_SAMPLED = (Why.NOT_DRAWN, Why.SAMPLED_BEFORE, Why.CONFLICT)

_PERCENTS = ("low_percent", "medium_percent", "high_percent", "gateway_percent")


class SamplingPlan(models.Model):
    """Which decisions of a period are checked: by rate and risk, drawn by a seed from a pool, both kept for ever.

    Whoever has the seed and the pool can draw again and gets the same: see assessments.sampling.drawing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField(help_text="The first day of the decisions in the pool.")
    until_on = models.DateField(help_text="The last day of them.")
    low_percent = models.PositiveSmallIntegerField()
    medium_percent = models.PositiveSmallIntegerField()
    high_percent = models.PositiveSmallIntegerField()
    gateway_percent = models.PositiveSmallIntegerField(help_text="Of each apprentice who is near the gateway.")
    factors = models.JSONField(default=list, help_text="What the sample is spread across.")
    note = models.TextField(blank=True, max_length=2_000, help_text="Why you chose a lower risk.")
    seed = models.CharField(max_length=64)
    pool_sha256 = models.CharField(max_length=64, help_text="Digest of the pool.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SamplingPlanQuerySet.as_manager()
    append_only = True
    verified_with = ("lines", "pool__line")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="a_sampling_plan_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__lte": 100 for name in _PERCENTS}), name="a_rate_is_at_most_a_hundred_percent"
            ),
            models.CheckConstraint(condition=~Q(seed=""), name="a_draw_has_a_seed"),
        ]
        indexes = [models.Index(fields=["provider", "at"], name="sampling_plans_of_a_provider")]

    def __str__(self) -> str:
        return f"sampling plan {self.pk}"

    def percent_of(self, risk: str) -> int:
        """The share that is checked of decisions of this risk."""
        return {Risk.LOW: self.low_percent, Risk.MEDIUM: self.medium_percent, Risk.HIGH: self.high_percent}[Risk(risk)]

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "period": [self.from_on, self.until_on],
                "percents": [getattr(self, name) for name in _PERCENTS],
                "factors": self.factors,
                "note": self.note,
                "seed": self.seed,
                "lines": sorted([str(line.pk), digest(line.facts())] for line in self.lines.all()),
                "pool": self.pool_sha256,
                "by": self.by_id,
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where the pool is not what its hash was made of, or what was drawn is not what the seed draws."""
        pool = list(self.pool.all())
        if self.pool_sha256 != PoolDecision.digest_of(pool):
            return "its pool is not what its hash was made of"
        if draw(self.seed, [one.drawable() for one in pool], self.gateway_percent, self.factors) != {
            one.drawn: one.why for one in pool
        }:
            return "what was drawn is not what its seed draws"
        return None


class PlanLine(models.Model):
    """An assessor's decisions on one standard in a plan: how risky, why, how they are checked, and what share."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(SamplingPlan, on_delete=models.PROTECT, related_name="lines")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    rated = models.CharField(max_length=8, choices=Risk.choices, help_text="The risk that was worked out.")
    reasons = models.JSONField(default=list, help_text="Why it was rated so.")
    risk = models.CharField(max_length=8, choices=Risk.choices, help_text="The risk that the quality assurer chose.")
    method = models.CharField(max_length=16, choices=Method.choices)
    percent = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "assessor", "standard"], name="one_line_per_plan_assessor_and_standard"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_line_has_at_most_a_hundred_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.assessor_id} on {self.standard_id}: {self.risk}"

    def facts(self) -> list[object]:
        """Everything that it says, for the fingerprint of its plan."""
        return [getattr(self, field.attname) for field in self._meta.concrete_fields]

    def reason_labels(self) -> list[str]:
        """Why it was rated so, in words."""
        return [str(RiskReason(reason).label) for reason in self.reasons]


#: A plan draws decisions on KSBs and results of outcomes: each row is of one of them.
_ONE_THING = Q(decision=None, result__isnull=False) | Q(decision__isnull=False, result=None)


class PoolDecision(models.Model):
    """One decision or result that a plan could draw, with all that the draw depends on, and what became of it."""

    plan = models.ForeignKey(SamplingPlan, on_delete=models.PROTECT, related_name="pool", db_index=False)
    line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="pool")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    result = models.ForeignKey(OutcomeResult, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_near_gateway = models.BooleanField(default=False)
    was_sampled = models.BooleanField(default=False, help_text="Whether another plan had drawn it already.")
    has_conflict = models.BooleanField(
        default=False, help_text="Whether whoever planned had a conflict of interest with the apprentice."
    )
    traits = models.JSONField(default=dict, help_text="What it is in each of the CAMERA factors.")
    why = models.CharField(max_length=16, choices=Why.choices)

    objects = PoolDecisionQuerySet.as_manager()
    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "decision"], name="once_in_each_pool"),
            models.UniqueConstraint(fields=["plan", "result"], name="a_result_once_in_each_pool"),
            models.CheckConstraint(condition=_ONE_THING, name="in_a_pool_is_a_decision_or_a_result"),
        ]
        indexes = [models.Index(fields=["plan", "why", "id"], name="pool_by_what_became_of_it")]

    def __str__(self) -> str:
        return f"{self.drawn} in the pool of {self.plan_id}: {self.why}"

    @property
    def drawn(self) -> UUID:
        """The id of the decision or of the result."""
        return cast(UUID, self.decision_id or self.result_id)

    def drawable(self) -> Drawable:
        """What the draw depends on."""
        return Drawable(
            self.drawn,
            self.line_id,
            self.line.percent,
            self.is_near_gateway,
            self.was_sampled,
            self.has_conflict,
            self.traits,
        )

    @staticmethod
    def digest_of(pool: "Iterable[PoolDecision]") -> str:
        """What a plan keeps of its pool."""
        return digest(
            sorted(
                [
                    str(one.drawn),
                    str(one.line_id),
                    one.is_near_gateway,
                    one.was_sampled,
                    one.has_conflict,
                    one.traits,
                    str(one.why),
                ]
                for one in pool
            )
        )


class PlanWithdrawal(models.Model):
    """A plan given up, with the reason: what nobody has checked of it leaves the queue."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.OneToOneField(SamplingPlan, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_plan_is_given_up_for_a_reason")]

    def __str__(self) -> str:
        return f"withdrawal of {self.plan_id}"

    def fingerprint(self) -> str:
        return digest({"plan": self.plan_id, "reason": self.reason, "by": self.by_id, "at": self.at})


#: What the code of a sample is read with.
CODE_OF_SAMPLE = ("decision__claim__ksb", "result__outcome")


class Sample(models.Model):
    """One decision, or one result of an outcome, to be checked: drawn by a plan, or added by hand for a reason."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(SamplingPlan, on_delete=models.PROTECT, related_name="samples")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="samples")
    result = models.ForeignKey(OutcomeResult, on_delete=models.PROTECT, null=True, blank=True, related_name="samples")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="samples")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Who decided, or marked."
    )
    reason = models.TextField(blank=True, max_length=2_000, help_text="Why it was added by hand.")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SampleQuerySet.as_manager()
    append_only = True
    verified_with = ("decision__claim", "result")
    same_as_parent = {"provider": "plan"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "decision"], name="one_sample_per_plan_and_decision"),
            models.UniqueConstraint(fields=["plan", "result"], name="one_sample_per_plan_and_result"),
            models.CheckConstraint(condition=_ONE_THING, name="a_sample_is_of_a_decision_or_a_result"),
            models.CheckConstraint(
                condition=Q(added_by=None, reason="") | (Q(added_by__isnull=False) & ~Q(reason="")),
                name="what_is_added_by_hand_says_why",
            ),
        ]
        indexes = [models.Index(fields=["provider", "at", "id"], name="samples_of_a_provider")]

    def __str__(self) -> str:
        return f"sample of {self.decision_id or self.result_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "plan": self.plan_id,
                "provider": self.provider_id,
                "of": [self.decision_id, self.result_id],
                "apprenticeship": self.apprenticeship_id,
                "assessor": self.assessor_id,
                "reason": self.reason,
                "added_by": self.added_by_id,
                "at": self.at,
            }
        )

    def code(self) -> str:
        """The code of the KSB or of the outcome that it is about; read with `CODE_OF_SAMPLE`."""
        if self.result:
            return self.result.outcome.short
        return self.decision.claim.ksb.code if self.decision else ""

    def contradiction(self) -> str | None:
        """Where it does not agree with the decision or result that it is of; None if it does."""
        if self.decision:
            whose, by = self.decision.claim.apprenticeship_id, self.decision.by_id
        elif self.result:
            whose, by = self.result.apprenticeship_id, self.result.marker_id
        else:
            return "it is of nothing"
        if by != self.assessor_id:
            return "what it is of is another assessor’s"
        if whose != self.apprenticeship_id:
            return "what it is of is about another apprenticeship"
        return None
