"""What people with no account are asked to confirm: as a witness, as an expert, or as the employer."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship, EmployerContact
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Ksb
from signing.models import Purpose


class VerificationQuerySet(OfApprenticeshipQuerySet["Verification"]):
    pass


class Verification(models.Model):
    """Somebody who has no account asked to confirm one snapshot. How far that has come is with its links.

    A witness or an expert confirms a submission; the employer confirms the behaviours of an apprenticeship. It changes
    no state of a KSB: it is a fact beside it, and nothing waits for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="verifications")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=Purpose.choices)
    submission = models.ForeignKey(
        "assessments.Submission", on_delete=models.PROTECT, null=True, related_name="verifications"
    )
    contact = models.ForeignKey(EmployerContact, on_delete=models.PROTECT, null=True, related_name="+")
    ksbs = models.ManyToManyField(Ksb, through="VerificationKsb", related_name="verifications")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)

    objects = VerificationQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "submission"}
    verified_with = ("verified_ksbs",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Purpose.EMPLOYER, submission=None, contact__isnull=False)
                | (~Q(kind=Purpose.EMPLOYER) & Q(submission__isnull=False, contact=None)),
                name="an_employer_confirms_behaviours_and_others_a_submission",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} verification {self.pk}"

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "kind": str(self.kind),
                "submission": self.submission_id,
                "contact": self.contact_id,
                "ksbs": sorted(str(one.ksb_id) for one in self.verified_ksbs.all()),
                "asked": [self.asked_by_id, self.asked_at],
            }
        )


class VerificationKsb(models.Model):
    """One KSB that a verification is about."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="verified_ksbs")
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "ksb"], name="one_row_per_verification_and_ksb"),
        ]

    def __str__(self) -> str:
        return f"{self.ksb_id} in {self.verification_id}"
