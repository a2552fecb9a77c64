"""What internal quality assurance found about a decision, what came of it, and KSBs that it reopened."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.models.sampling import Sample
from assessments.querysets.findings import FindingQuerySet, ReopeningQuerySet
from core import clock
from core.canonical import digest


class Finding(models.Model):
    """What a quality assurer found about one sampled decision: agreed, or something has to be done.

    A correction is a row of its own, which supersedes the one before it and says why. The last of them stands.
    """

    class Result(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        ACTION = "action", _("Action needed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="findings")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Who made the decision."
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    correction_reason = models.TextField(blank=True, max_length=2_000, help_text="Why it was corrected.")
    result = models.CharField(max_length=8, choices=Result.choices)
    feedback = models.TextField(blank=True, max_length=5_000, help_text="What the assessor reads.")
    action = models.TextField(blank=True, max_length=2_000, help_text="What has to be done.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who has to do it.",
    )
    due_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = FindingQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "sample", "assessor": "sample", "sample": "supersedes"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sample"], condition=Q(supersedes=None), name="one_first_finding_per_sample"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None, correction_reason="")
                | (Q(supersedes__isnull=False) & ~Q(correction_reason="")),
                name="a_corrected_finding_gives_its_reason",
            ),
            models.CheckConstraint(
                condition=(~Q(result="action") & Q(action="", owner=None, due_on=None))
                | (Q(result="action", owner__isnull=False, due_on__isnull=False) & ~Q(action="")),
                name="an_action_says_what_who_and_by_when",
            ),
            models.CheckConstraint(condition=~Q(by=F("assessor")), name="nobody_samples_their_own_decision"),
        ]
        indexes = [
            models.Index(fields=["provider", "due_on"], condition=Q(result="action"), name="actions_of_a_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.result} for {self.sample_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "sample": self.sample_id,
                "provider": self.provider_id,
                "assessor": self.assessor_id,
                "supersedes": [self.supersedes_id, self.correction_reason],
                "result": self.result,
                "feedback": self.feedback,
                "action": [self.action, self.owner_id, self.due_on],
                "by": self.by_id,
                "at": self.at,
            }
        )


class FindingNote(models.Model):
    """An answer to a finding, or that its action is done, or is open again."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answered")
        CLOSED = "closed", _("Closed the action")
        OPENED = "opened", _("Opened the action again")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="notes")
    number = models.PositiveSmallIntegerField(help_text="Place among the notes on this finding, from 1.")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.TextField(max_length=5_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        ordering = ["finding", "number"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "number"], name="one_note_after_the_other"),
            models.CheckConstraint(condition=~Q(words=""), name="a_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note {self.number} on {self.finding_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "finding": self.finding_id,
                "number": self.number,
                "kind": self.kind,
                "words": self.words,
                "by": self.by_id,
                "at": self.at,
            }
        )


class Reopening(models.Model):
    """A signed-off KSB that internal quality assurance reopened; or, with `undoes`, that this was undone.

    While it stands, the sign-off does not count: the KSB is in the state that follows from the rest.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="reopenings")
    sign_off = models.ForeignKey(
        "assessments.SignOff", on_delete=models.PROTECT, related_name="reopenings", db_index=False
    )
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="reopenings")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among these events of this sign-off, from 1.")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    reason = models.TextField(max_length=2_000, help_text="The apprentice reads it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ReopeningQuerySet.as_manager()
    append_only = True
    same_as_parent = {
        "apprenticeship": "sign_off",
        "provider": "sign_off",
        "sign_off": "undoes",
        "finding": "undoes",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "number"], name="one_reopening_after_the_other"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_ksb_is_reopened_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"reopening {self.number} of {self.sign_off_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "finding": self.finding_id,
                "sign_off": self.sign_off_id,
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "number": self.number,
                "undoes": self.undoes_id,
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )
