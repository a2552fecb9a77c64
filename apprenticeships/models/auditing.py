"""What an external auditor may see: the scope that goes with their invitation."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Invitation, Organisation
from apprenticeships.querysets.auditing import AuditScopeQuerySet
from core import clock
from core.canonical import digest


class AuditScope(models.Model):
    """One thing that an external auditor sees: a learner, or the learners of a standard, perhaps by when they started.

    It belongs to the invitation by which the auditor came, and never changes: another scope is another invitation.
    Whatever no row names does not exist for them.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="audit_scope")
    standard = models.ForeignKey("occupations.Standard", on_delete=models.PROTECT, null=True, related_name="+")
    apprenticeship = models.ForeignKey(
        "apprenticeships.Apprenticeship", on_delete=models.PROTECT, null=True, related_name="+"
    )
    starts_from = models.DateField(
        null=True, help_text="Of a standard: only learners who started on this day or later."
    )
    starts_until = models.DateField(null=True, help_text="And on this day or earlier.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = AuditScopeQuerySet.as_manager()
    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standard=None, apprenticeship__isnull=False)
                | Q(standard__isnull=False, apprenticeship=None),
                name="an_audit_scope_names_a_standard_or_a_learner",
            ),
            models.CheckConstraint(
                condition=Q(starts_from=None, starts_until=None) | Q(standard__isnull=False),
                name="an_audit_scope_has_a_period_only_with_a_standard",
            ),
            models.CheckConstraint(
                condition=Q(starts_from=None) | Q(starts_until=None) | Q(starts_until__gte=F("starts_from")),
                name="the_period_of_an_audit_scope_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"scope of {self.invitation_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "invitation": self.invitation_id,
                "sees": [self.standard_id, self.apprenticeship_id],
                "started": [self.starts_from, self.starts_until],
                "by": self.by_id,
                "at": self.at,
            }
        )
