"""How far each KSB of an apprenticeship has come."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models.apprenticeships import Apprenticeship
from apprenticeships.querysets.progress import KsbProgressQuerySet
from apprenticeships.states import KsbState
from occupations.models import Ksb


class Outcome(models.TextChoices):
    """What an assessor can say of a claim."""

    MET = "met", _("Met")
    NOT_YET = "not_yet", _("Not yet")
    #: The piece has nothing to do with the KSB: the claim goes back without a mark, and the KSB stands as before.
    NOT_JUDGED = "not_judged", _("Not assessed")


#: Those that say how far a KSB has come.
MARKS = [(mark.value, mark.label) for mark in (Outcome.MET, Outcome.NOT_YET)]


class KsbProgress(models.Model):
    """How far one KSB of one apprenticeship has come: derived, and kept for fast reading.

    Each layer keeps its own columns: portfolios the drafts, assessments the rest. The state follows from them.
    """

    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="progress")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=16, choices=KsbState.choices, default=KsbState.NOT_STARTED)
    drafted_count = models.PositiveIntegerField(default=0, help_text="Claims in drafts and revisions.")
    waiting_count = models.PositiveIntegerField(default=0, help_text="Submitted claims that await a decision.")
    met_count = models.PositiveIntegerField(default=0, help_text="Claims decided met.")
    is_enough = models.BooleanField(default=False, help_text="Whether what was met is all that the provider asks for.")
    newest_outcome = models.CharField(max_length=16, choices=MARKS, blank=True)
    newest_decided_at = models.DateTimeField(null=True, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_to_confirm = models.BooleanField(
        default=False, help_text="Met or signed off under other words, and no assessor has said that it still holds."
    )
    quality_assured_at = models.DateTimeField(
        null=True, blank=True, help_text="When internal quality assurance agreed with a decision that counts."
    )

    objects = KsbProgressQuerySet.as_manager()
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider")

    class Meta:
        verbose_name_plural = "KSB progress"
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "ksb"], name="one_progress_per_apprenticeship_and_ksb"),
            models.CheckConstraint(
                condition=Q(state=KsbState.SIGNED_OFF, signed_off_at__isnull=False, signed_off_by__isnull=False)
                | (~Q(state=KsbState.SIGNED_OFF) & Q(signed_off_at=None, signed_off_by=None)),
                name="a_signed_off_ksb_says_when_and_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["apprenticeship"], condition=Q(is_to_confirm=True), name="ksbs_to_confirm"),
            models.Index(fields=["provider"], condition=Q(state=KsbState.MET), name="ksbs_to_sign_off"),
        ]

    def __str__(self) -> str:
        return f"{self.ksb_id} of {self.apprenticeship_id}: {self.state}"
