"""Skills scans: how the apprentice and the employer rate each KSB, at the start and later."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from occupations.models import StandardVersion
from programme.models.signatures import Party
from programme.querysets.scans import ScanDraftQuerySet, SkillsScanQuerySet
from signing.models import Signature

#: Who rates.
RATERS = [(party.value, party.label) for party in (Party.APPRENTICE, Party.EMPLOYER)]


class Rating(models.TextChoices):
    """How well somebody shows a KSB, from least to most; “not seen” says nothing of it."""

    NOT_YET = "not_yet", _("Not yet")
    WITH_HELP = "with_help", _("With help")
    ALONE = "alone", _("On my own")
    TEACHES = "teaches", _("Could teach it")
    NOT_SEEN = "not_seen", _("Have not seen it")


class SkillsScan(models.Model):
    """One skills scan, as it was handed in: every KSB rated by one party on one day. A later one stands beside it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="skills_scans")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(max_length=16, choices=RATERS)
    number = models.PositiveSmallIntegerField(help_text="Place among those of this party, from 1: that at the start.")
    standard_version = models.ForeignKey(
        StandardVersion, on_delete=models.PROTECT, related_name="+", help_text="Whose KSBs were rated."
    )
    ratings = models.JSONField(help_text="A `Rating` for the code of each KSB.")
    comment = models.TextField(blank=True, max_length=2_000, help_text="What they did before that shows it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    link_signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, null=True, blank=True, related_name="skills_scan"
    )
    name = models.CharField(max_length=150, help_text="As it was when they handed it in.")
    at = models.DateTimeField(default=clock.now)

    objects = SkillsScanQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        ordering = ["apprenticeship", "party", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "party", "number"], name="one_skills_scan_after_the_other"
            ),
            models.CheckConstraint(
                condition=Q(party=Party.APPRENTICE, by__isnull=False, link_signature=None)
                | Q(party=Party.EMPLOYER, by__isnull=False, link_signature=None)
                | Q(party=Party.EMPLOYER, by=None, link_signature__isnull=False),
                name="the_apprentice_and_the_employer_rate_skills",
            ),
        ]

    def __str__(self) -> str:
        return f"skills scan {self.number} of the {self.party} of {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})


class ScanDraft(models.Model):
    """What somebody has rated so far of a scan: kept with each press, and read by nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    words = models.JSONField(default=dict, help_text="What stands in each field of the form.")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=clock.now)

    objects = ScanDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "person"], name="one_unfinished_scan_for_each_person")
        ]

    def __str__(self) -> str:
        return f"unfinished skills scan of {self.apprenticeship_id}"
