"""Links with which somebody who has no account signs one thing once, and what was signed by them."""

from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from signing.querysets import DisavowalQuerySet, LinkQuerySet, SignatureQuerySet


class Purpose(models.TextChoices):
    """What somebody is asked to sign."""

    WITNESS = "witness", _("Witness testimony")
    EXPERT = "expert", _("Expert confirmation")
    EMPLOYER = "employer", _("Employer’s confirmation of behaviours")
    REVIEW = "review", _("Progress review")
    PLAN = "plan", _("Training plan")
    FEWER_HOURS = "fewer_hours", _("Fewer hours than planned")
    GATEWAY = "gateway", _("Declaration at the end of the training")
    SCAN = "scan", _("Skills scan")
    PRIOR_LEARNING = "prior_learning", _("Prior learning")


#: What several parties sign, the employer by a link: `about` is the id of the version.
OF_VERSIONS = (Purpose.REVIEW, Purpose.PLAN, Purpose.FEWER_HOURS, Purpose.GATEWAY, Purpose.PRIOR_LEARNING)
#: What is asked of an employer: of nobody but a contact that the provider recorded there.
OF_EMPLOYERS = (Purpose.EMPLOYER, Purpose.SCAN, *OF_VERSIONS)


def place_of(purpose: str) -> str:
    """The name of the address, by `about`, at which whoever asked sees what became of a request."""
    if purpose == Purpose.SCAN:
        return "skills-scan"
    return "signed-version" if purpose in OF_VERSIONS else "verification"


class LinkState(models.TextChoices):
    """How far a link has come. It follows from its moments: see `state_of`."""

    WAITING = "waiting", _("Waiting")
    STARTED = "started", _("Started")
    SIGNED = "signed", _("Confirmed")
    DISOWNED = "disowned", _("Disputed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PASSED_ON = "passed_on", _("Passed on")
    EXPIRED = "expired", _("Expired")


class Moments(Protocol):
    """What of a link its state follows from."""

    @property
    def started_at(self) -> datetime | None: ...
    @property
    def signed_at(self) -> datetime | None: ...
    @property
    def declined_at(self) -> datetime | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...
    @property
    def passed_on_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime: ...


def state_of(link: Moments) -> LinkState:
    """The first of these that is true of it."""
    if link.signed_at:
        return LinkState.SIGNED
    if link.declined_at:
        return LinkState.DECLINED
    if link.revoked_at:
        return LinkState.WITHDRAWN
    if link.passed_on_at:
        return LinkState.PASSED_ON
    if link.expires_at <= clock.now():
        return LinkState.EXPIRED
    return LinkState.STARTED if link.started_at else LinkState.WAITING


_UNANSWERED = Q(signed_at=None, declined_at=None, revoked_at=None, passed_on_at=None)


class Link(models.Model):
    """A mailed link, single-use and expiring, with which one person signs one snapshot for one purpose.

    `content` is what is shown and signed, frozen when it was asked for; `about` is the id of what was asked, for the
    parts above, which know what it is. Whoever passes a link on makes another for the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="links")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    about = models.UUIDField(db_index=True)
    content = models.JSONField()
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the content.")
    name = models.CharField(max_length=150)
    email = models.EmailField(max_length=254)
    token_sha256 = models.CharField(max_length=64, unique=True)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="passed_on_to", help_text="Which was passed on."
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True, max_length=2_000)
    revoked_at = models.DateTimeField(null=True)
    passed_on_at = models.DateTimeField(null=True)
    kept = models.JSONField(default=dict, help_text="What its holder typed so far, until they are done.")

    objects = LinkQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "purpose", "about", "content", "sha256", "name", "email", "asked_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about"],
                condition=_UNANSWERED,
                name="one_open_link_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, declined_at=None, revoked_at=None)
                | Q(signed_at=None, declined_at=None, passed_on_at=None)
                | Q(signed_at=None, revoked_at=None, passed_on_at=None)
                | Q(declined_at=None, revoked_at=None, passed_on_at=None),
                name="a_link_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | Q(started_at__isnull=False), name="nobody_signs_before_they_start"
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None, decline_reason="")
                | (Q(declined_at__isnull=False) & ~Q(decline_reason="")),
                name="whoever_declines_says_why",
            ),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="links_go_to_addresses_in_lower_case"),
        ]
        indexes = [
            models.Index(fields=["apprenticeship", "asked_at"], name="links_of_an_apprenticeship"),
            models.Index(fields=["provider", "asked_at"], condition=_UNANSWERED, name="links_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it works now."""
        return state_of(self) in (LinkState.WAITING, LinkState.STARTED)

    @property
    def file_ids(self) -> list[str]:
        """The files of the snapshot: the only ones that its holder reaches."""
        return [file["id"] for file in self.content.get("files", [])]

    def edition(self, *, has_changed: bool) -> str:
        """What stands on the signer's screen: the snapshot, and whether they are told that there is a later one."""
        return f"{self.sha256}{'-changed' if has_changed else ''}"

    def fingerprint(self) -> str:
        """Of all but what its holder is still typing."""
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "purpose": str(self.purpose),
                "about": self.about,
                "snapshot": [self.content, self.sha256],
                "to": [self.name, self.email],
                "token": self.token_sha256,
                "follows": self.follows_id,
                "asked": [self.asked_by_id, self.asked_at, self.sent_at, self.expires_at],
                "started_at": self.started_at,
                "signed_at": self.signed_at,
                "declined": [self.declined_at, self.decline_reason],
                "revoked_at": self.revoked_at,
                "passed_on_at": self.passed_on_at,
            }
        )

    def contradiction(self) -> str | None:
        """Where its hash is not that of its content; None if it is."""
        return None if self.sha256 == digest(self.content) else "its hash is not that of what it shows"


class Signature(models.Model):
    """What the holder of a link signed: the statement on the button, about the snapshot with this hash, by a name."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="signature")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the content that was signed.")
    statement = models.TextField()
    wording = models.PositiveSmallIntegerField(help_text="Which version of the statement's wording.")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=150)
    comment = models.TextField(blank=True, max_length=2_000)
    was_told_of_change = models.BooleanField(help_text="Whether a later version was there, and they were told so.")
    at = models.DateTimeField(default=clock.now)

    objects = SignatureQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "link", "provider": "link"}
    verified_with = ("link",)

    def __str__(self) -> str:
        return f"signature {self.pk}"

    @property
    def reference(self) -> str:
        """What people quote: the first twelve characters of its id, in groups of four."""
        head = self.pk.hex[:12].upper()
        return f"{head[:4]}-{head[4:8]}-{head[8:]}"

    def same_as(self, name: str, role: str, comment: str) -> bool:
        """Whether this is what somebody signs again, word for word."""
        return (self.name, self.role, self.comment) == (name, role, comment)

    def fingerprint(self) -> str:
        return digest(
            {
                "link": self.link_id,
                "of": [self.apprenticeship_id, self.provider_id],
                "signed": [self.sha256, self.statement, self.wording],
                "by": [self.name, self.role],
                "comment": self.comment,
                "was_told_of_change": self.was_told_of_change,
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where it is not what its link asked for; None if it is."""
        content: dict[str, Any] = self.link.content
        asked = (self.link.sha256, content["statement"], content["wording"])
        return None if (self.sha256, self.statement, self.wording) == asked else "it is not what its link shows"


class Disavowal(models.Model):
    """The word of whoever got the receipt that the signature is not theirs. The signature then counts for nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="disavowal")
    at = models.DateTimeField(default=clock.now)

    objects = DisavowalQuerySet.as_manager()
    append_only = True

    def __str__(self) -> str:
        return f"disavowal of {self.signature_id}"

    def fingerprint(self) -> str:
        return digest({"signature": self.signature_id, "at": self.at})
