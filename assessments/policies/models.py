"""The rules for sign-off that a provider has set, each version kept for good."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import roles_of
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.canonical import digest
from core.scope import ScopedQuerySet
from occupations.models import Standard, StandardVersion

#: No rule can ask for more met claims than this.
MOST_CLAIMS = 20
#: What a rule is for that says what the outcomes of a standard's reformed plan need, in the place of a group of KSBs.
OUTCOMES = "outcomes"


class KsbGroup(models.TextChoices):
    """Which KSBs a rule is for. Those of foundation apprenticeships belong to the group that is like them."""

    KNOWLEDGE = "knowledge", _("knowledge")
    SKILLS = "skills", _("skills")
    BEHAVIOURS = "behaviours", _("behaviours")


_SCOPES = [*KsbGroup.choices, (OUTCOMES, _("outcomes"))]


class SignOffPolicyQuerySet(ScopedQuerySet["SignOffPolicy"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that `actor` belongs to, whatever they are there."""
        here = actor.organisation_id
        return self.unscoped().filter(provider=here) if here and roles_of(actor) else self.unscoped().none()

    def newest_first(self) -> Self:
        return self.order_by("-number")


class SignOffPolicy(models.Model):
    """One version of a rule: what it takes for a KSB to be met and signed off, for decisions from a moment on.

    It is of one standard and group of KSBs, or of all. The narrowest rule applies, and of its versions the one that was
    recorded last among those that have begun. A provider without any has the defaults, which `Rule` holds. What the
    outcomes of a reformed plan need is a rule of its own, for one version of a standard: `OutcomeRule`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="In the order in which the provider recorded them.")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, null=True, related_name="+", help_text="Or all.")
    version = models.ForeignKey(
        StandardVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Of a rule about outcomes: whose KSBs it names.",
    )
    ksb_group = models.CharField(max_length=16, choices=_SCOPES, blank=True, help_text="Or all.")
    applies_from = models.DateTimeField(help_text="It applies to decisions from this moment on.")
    sets_rule = models.BooleanField(default=True, help_text="If not, the wider rule applies from then on.")
    met_claims = models.PositiveSmallIntegerField(default=1)
    pieces = models.PositiveSmallIntegerField(default=1, help_text="How many pieces of evidence they come from.")
    evidence_kinds = models.PositiveSmallIntegerField(default=1, help_text="How many kinds of evidence they are of.")
    counted_kinds = models.JSONField(default=list, help_text="The kinds of evidence that count; none means all.")
    signs_off_itself = models.BooleanField(default=False, help_text="Whether the last met claim signs it off.")
    needs_employer = models.BooleanField(default=False, help_text="Whether the employer confirms behaviours first.")
    mandatory_codes = models.TextField(
        blank=True, help_text="The KSBs that their outcomes cannot do without, by their codes, in alphabetical order."
    )
    others = models.PositiveSmallIntegerField(
        null=True, help_text="How many of its other KSBs each outcome needs; nothing means all of them."
    )
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SignOffPolicyQuerySet.as_manager()
    append_only = True

    class Meta:
        verbose_name_plural = "sign-off policies"
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="sign_off_policies_come_one_after_the_other"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_sign_off_policy_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(applies_from__gte=F("at")), name="a_sign_off_policy_applies_to_nothing_of_the_past"
            ),
            models.CheckConstraint(
                condition=Q(met_claims__range=(1, MOST_CLAIMS))
                & Q(pieces__range=(1, F("met_claims")))
                & Q(evidence_kinds__range=(1, F("met_claims"))),
                name="a_sign_off_policy_asks_for_what_can_be_had",
            ),
            models.CheckConstraint(
                condition=Q(needs_employer=False) | Q(ksb_group__in=["", KsbGroup.BEHAVIOURS]),
                name="an_employer_confirms_behaviours_alone",
            ),
            models.CheckConstraint(
                condition=Q(ksb_group=OUTCOMES, standard__isnull=False, version__isnull=False)
                | (~Q(ksb_group=OUTCOMES) & Q(version=None, mandatory_codes="", others=None)),
                name="a_rule_about_outcomes_is_of_one_version",
            ),
        ]

    def __str__(self) -> str:
        return f"sign-off policy {self.number} of {self.provider_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "number": self.number,
                "for": [self.standard_id, self.version_id, str(self.ksb_group)],
                "applies_from": self.applies_from,
                "sets_rule": self.sets_rule,
                "asks": [self.met_claims, self.pieces, self.evidence_kinds, self.counted_kinds],
                "signs_off_itself": self.signs_off_itself,
                "needs_employer": self.needs_employer,
                "outcomes": [self.mandatory_codes, self.others],
                "undoes": self.undoes_id,
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )
