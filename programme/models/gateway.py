"""How the declarations at the end of an apprenticeship went on: locked, released or returned, and the results.

The declarations are versions that three parties sign (`SignedVersion` of the kind “gateway”); each of these is a round.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship, Change
from core import clock
from core.canonical import digest
from programme.models.signatures import SignedVersion
from programme.querysets.gateway import AssessmentResultQuerySet, GatewayEndQuerySet, GatewayLockQuerySet


class GatewayLock(models.Model):
    """That all three have declared. The gateway was passed by `change`: undone, the round is returned."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.OneToOneField(SignedVersion, on_delete=models.PROTECT, related_name="gateway_lock")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="gateway_lock")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of what was declared.")
    at = models.DateTimeField(default=clock.now)

    objects = GatewayLockQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "version", "provider": "version"}
    verified_with = ("version",)

    def __str__(self) -> str:
        return f"lock of {self.version_id}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})

    def contradiction(self) -> str | None:
        """Where it is not of what was declared; None if it is."""
        return None if self.sha256 == self.version.sha256 else "its hash is not that of what was declared"


class GatewayEnd(models.Model):
    """That a round counts no longer, and why: released before the lock, or returned after it."""

    class Kind(models.TextChoices):
        RELEASED = "released", _("Withdrawn before all had declared")
        PROVIDER = "provider", _("Returned by the training provider")
        ORGANISATION = "organisation", _("Returned by the assessment organisation")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.OneToOneField(SignedVersion, on_delete=models.PROTECT, related_name="gateway_end")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = GatewayEndQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "version", "provider": "version"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_gateway_ends_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"end of {self.version_id}: {self.kind}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})


class Grade(models.TextChoices):
    """How an assessment ended, as certificates name it."""

    PASS = "pass", _("Pass")
    CREDIT = "credit", _("Credit")
    MERIT = "merit", _("Merit")
    DISTINCTION = "distinction", _("Distinction")
    EXCELLENCE = "excellence", _("Pass with excellence")
    OUTSTANDING = "outstanding", _("Outstanding")
    NO_GRADE = "no_grade", _("Passed, no grade awarded")
    FAIL = "fail", _("Fail")


class AssessmentResult(models.Model):
    """The result of one attempt at the final assessment; a correction is another row, which supersedes it and says why.

    A pass, or a fail after which there is no resit, is a change of the apprenticeship, too.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="results")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempt = models.PositiveSmallIntegerField(help_text="1 for the first, 2 for the first resit.")
    grade = models.CharField(max_length=16, choices=Grade.choices)
    decided_on = models.DateField()
    has_resit = models.BooleanField(default=False, help_text="Of a fail: whether they try again.")
    certificate = models.CharField(max_length=60, blank=True, help_text="Its number, once it is known.")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.TextField(max_length=2_000, blank=True, help_text="Why it was corrected.")
    change = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Which it made."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = AssessmentResultQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "supersedes"}

    class Meta:
        ordering = ["apprenticeship", "attempt", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "attempt"],
                condition=Q(supersedes=None),
                name="one_first_result_per_attempt",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None, reason="") | (Q(supersedes__isnull=False) & ~Q(reason="")),
                name="a_result_is_corrected_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(has_resit=False) | Q(grade=Grade.FAIL), name="only_a_fail_is_followed_by_a_resit"
            ),
            models.CheckConstraint(
                condition=Q(certificate="") | ~Q(grade=Grade.FAIL), name="a_fail_has_no_certificate"
            ),
        ]

    def __str__(self) -> str:
        return f"result {self.attempt} of {self.apprenticeship_id}: {self.grade}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})
