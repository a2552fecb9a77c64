"""What the three parties of an apprenticeship are asked to sign, who has signed it, and who declined to."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from programme.querysets.signatures import PartyRefusalQuerySet, PartySignatureQuerySet, SignedVersionQuerySet
from signing.models import Signature


class Party(models.TextChoices):
    """Who takes part in an apprenticeship, and signs what was agreed."""

    PROVIDER = "provider", _("Training provider")
    APPRENTICE = "apprentice", _("Apprentice")
    EMPLOYER = "employer", _("Employer")


class SignedKind(models.TextChoices):
    """What parties are asked to sign. `programme.signed` says of each who signs it, and in which words."""

    REVIEW = "review", _("Progress review")
    PLAN = "plan", _("Training plan")
    FEWER_HOURS = "fewer_hours", _("Fewer hours than planned")
    GATEWAY = "gateway", _("Declarations at the end of the training")
    PRIOR_LEARNING = "prior_learning", _("Prior learning")


#: Who has to sign what.
PARTIES = {
    SignedKind.REVIEW: tuple(Party),
    SignedKind.PLAN: tuple(Party),
    SignedKind.FEWER_HOURS: (Party.PROVIDER, Party.EMPLOYER),
    SignedKind.GATEWAY: tuple(Party),
    SignedKind.PRIOR_LEARNING: tuple(Party),
}


class SignedVersion(models.Model):
    """What parties are asked to sign, frozen with its hash: one version of one thing of one apprentice.

    `about` is the id of that thing, such as a progress review; of what an apprenticeship has one of, its id. A later
    version says why it was needed. Signatures on an earlier one stay with that one and do not count for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=SignedKind.choices)
    about = models.UUIDField(help_text="The id of what it is a version of.")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="“shared” is what all parties see; “hidden” is not for the employer.")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the content.")
    reason = models.TextField(blank=True, max_length=2_000, help_text="Why there is another version.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SignedVersionQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        ordering = ["about", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["about", "kind", "number"], name="one_signed_version_after_the_other"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="what_was_signed_is_changed_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["provider", "kind", "at"], name="signed_versions_of_a_provider")]

    def __str__(self) -> str:
        return f"version {self.number} of the {self.kind} {self.about}"

    @property
    def shared(self) -> dict[str, Any]:
        """What all parties see."""
        found: dict[str, Any] = self.content["shared"]
        return found

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who has to sign it."""
        return PARTIES[SignedKind(self.kind)]

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.kind, self.about, self.apprenticeship_id, self.provider_id],
                "number": self.number,
                "content": [self.content, self.sha256],
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where its hash is not that of its content; None if it is."""
        return None if self.sha256 == digest(self.content) else "its hash is not that of what it says"


class PartySignature(models.Model):
    """One party’s signature on one version: in the app, or the employer’s by a link."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(SignedVersion, on_delete=models.PROTECT, related_name="signatures")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(max_length=16, choices=Party.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    link_signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, null=True, blank=True, related_name="party_signature"
    )
    name = models.CharField(max_length=150, help_text="As it was when they signed.")
    statement = models.TextField()
    wording = models.PositiveSmallIntegerField(help_text="Which version of the statement’s wording.")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the version that was signed.")
    at = models.DateTimeField(default=clock.now)

    objects = PartySignatureQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "version", "provider": "version"}
    verified_with = ("version",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "by"], name="nobody_signs_for_two_parties"),
            models.UniqueConstraint(
                fields=["version", "party"],
                condition=~Q(by=None),
                name="one_signature_in_the_app_per_version_and_party",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False, link_signature=None)
                | Q(by=None, link_signature__isnull=False, party=Party.EMPLOYER),
                name="a_party_signs_in_the_app_or_by_the_employers_link",
            ),
        ]

    def __str__(self) -> str:
        return f"signature of the {self.party} on {self.version_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "version": self.version_id,
                "of": [self.apprenticeship_id, self.provider_id],
                "party": str(self.party),
                "by": [self.by_id, self.link_signature_id, self.name],
                "signed": [self.statement, self.wording, self.sha256],
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where it is not of the version that it names; None if it is."""
        return None if self.sha256 == self.version.sha256 else "its hash is not that of the version"


class PartyRefusal(models.Model):
    """That somebody declined in the app to sign a version, and why. They can sign it after all."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(SignedVersion, on_delete=models.PROTECT, related_name="refusals")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(max_length=16, choices=Party.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2_000)
    at = models.DateTimeField(default=clock.now)

    objects = PartyRefusalQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "version", "provider": "version"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "by"], name="somebody_declines_a_version_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="whoever_does_not_sign_says_why"),
        ]

    def __str__(self) -> str:
        return f"refusal of the {self.party} to sign {self.version_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "version": self.version_id,
                "of": [self.apprenticeship_id, self.provider_id],
                "party": str(self.party),
                "by": self.by_id,
                "reason": self.reason,
                "at": self.at,
            }
        )
