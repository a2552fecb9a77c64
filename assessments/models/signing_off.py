"""KSBs declared done, what each declaration rests on, and its withdrawal."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.models.deciding import Decision
from assessments.models.external import ExternalRecord
from assessments.querysets.signing_off import SignOffQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Ksb


class SignOff(models.Model):
    """A KSB declared done by an authorised person, resting on decisions. Withdrawn by a row of its own, never removed.

    One made at another provider rests on what `external` brought in; where that was only a list, on nothing else.
    At most one is live: the first has no `follows`, and each later one follows the withdrawal of the one before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="sign_offs")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="sign_offs")
    follows = models.OneToOneField(
        "SignOffWithdrawal", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    decisions = models.ManyToManyField(Decision, through="SignOffGround", related_name="sign_offs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs")
    at = models.DateTimeField(default=clock.now)
    grounds_sha256 = models.CharField(max_length=64, help_text="Digest of the decisions it rests on.")
    external = models.ForeignKey(
        ExternalRecord,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sign_offs",
        help_text="What brought it in, of one made at another provider.",
    )
    external_note = models.CharField(
        max_length=300, blank=True, help_text="The file or note that it is said to rest on there."
    )

    objects = SignOffQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "external"}
    verified_with = ("grounds__decision__claim",)
    sealed_with = ("grounds",)

    #: True on the row that somebody gets who signs off what they had already signed off.
    is_repeat = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "ksb"], condition=Q(follows=None), name="one_first_sign_off_per_ksb"
            ),
            models.CheckConstraint(
                condition=Q(external__isnull=False) | Q(external_note=""), name="only_an_external_sign_off_has_a_note"
            ),
        ]
        indexes = [models.Index(fields=["provider", "at"], name="sign_offs_by_month")]

    def __str__(self) -> str:
        return f"sign-off of {self.ksb_id} for {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "ksb": self.ksb_id,
                "follows": self.follows_id,
                "by": self.by_id,
                "at": self.at,
                "grounds": self.grounds_sha256,
                "external": [self.external_id, self.external_note],
                "decisions": sorted(str(ground.decision_id) for ground in self.grounds.all()),
            }
        )

    def contradiction(self) -> str | None:
        """Where it does not agree with the decisions it rests on; None if it does."""
        decisions = sorted((ground.decision for ground in self.grounds.all()), key=lambda made: (made.at, made.pk))
        if self.grounds_sha256 != digest([decision.fingerprint() for decision in decisions]):
            return "the decisions it rests on are not those of its hash"
        if any(decision.claim.apprenticeship_id != self.apprenticeship_id for decision in decisions):
            return "it rests on a decision about another apprenticeship"
        return None


class SignOffGround(models.Model):
    """One decision that a sign-off rests on."""

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="grounds")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="grounds")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "decision"], name="one_row_per_sign_off_and_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.sign_off_id} rests on {self.decision_id}"


class SignOffWithdrawal(models.Model):
    """A sign-off taken back, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sign_off = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_withdrawal_gives_its_reason")]

    def __str__(self) -> str:
        return f"withdrawal of {self.sign_off_id}"

    def fingerprint(self) -> str:
        return digest({"sign_off": self.sign_off_id, "reason": self.reason, "by": self.by_id, "at": self.at})
