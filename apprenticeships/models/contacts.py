"""Whom a training provider asks at an employer."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Organisation
from apprenticeships.querysets import OfProviderQuerySet
from core import clock
from core.canonical import digest


class EmployerContact(models.Model):
    """Somebody who speaks for an employer, recorded by a provider: the only one its apprentices' behaviours go to."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employer_contacts")
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=150)
    email = models.EmailField(max_length=254)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = OfProviderQuerySet.as_manager()
    always_recorded = True
    never_changes = ("provider", "employer", "name", "email", "added_by", "added_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "employer", "email"],
                condition=Q(removed_at=None),
                name="one_contact_per_provider_employer_and_address",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))), name="contacts_have_their_address_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "employer": self.employer_id,
                "who": [self.name, self.email],
                "added": [self.added_by_id, self.added_at],
                "removed_at": self.removed_at,
            }
        )
