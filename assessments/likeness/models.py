"""What stands for a submitted text, flags that it is like another apprentice's, and investigations of a submission."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.access import roles_of
from accounts.models import Organisation, Role
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import reach_of
from apprenticeships.reach import PROVIDER_WIDE_ROLES
from core import clock
from core.actor import Actor
from core.canonical import digest
from core.scope import Row, ScopedQuerySet
from portfolios.models import EvidenceFile


class Sketch(models.Model):
    """That a submission was held against those of others, whether or not its text is long enough to compare."""

    submission = models.OneToOneField(
        "assessments.Submission", on_delete=models.CASCADE, primary_key=True, related_name="sketch"
    )
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"sketch of {self.submission_id}"


class SketchBand(models.Model):
    """One of the numbers that stand for a text: `likeness.texts` says how."""

    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="bands")
    number = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["number"], name="texts_by_their_bands")]

    def __str__(self) -> str:
        return f"band of {self.sketch_id}"


class OfStaffQuerySet(ScopedQuerySet[Row]):
    def visible_to(self, actor: Actor) -> Self:
        """All of the provider for who oversees its quality; for an assessor, of those they assess. Never one’s own."""
        roles, here = roles_of(actor), Q(provider=actor.organisation_id)
        if actor.organisation_id is None or not actor.person_id:
            return self.unscoped().none()
        rows = self.unscoped().exclude(apprenticeship__apprentice=actor.person_id)
        if roles & PROVIDER_WIDE_ROLES:
            return rows.filter(here)
        if Role.ASSESSOR in roles:
            return rows.filter(here, apprenticeship__in=reach_of(actor).assessing)
        return rows.none()


class FlagQuerySet(OfStaffQuerySet["Flag"]):
    def open(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(answer=None)


class InvestigationQuerySet(OfStaffQuerySet["Investigation"]):
    def open(self) -> Self:
        """Those that are not closed."""
        return self.filter(end=None)

    def oldest_first(self) -> Self:
        return self.order_by("at", "pk")


class Flag(models.Model):
    """That a submission is like one of another apprentice of the provider: to be looked at, and no verdict."""

    class Kind(models.TextChoices):
        FILE = "file", _("The same file")
        TEXT = "text", _("Nearly the same text")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey("assessments.Submission", on_delete=models.PROTECT, related_name="flags")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey("assessments.Submission", on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField(help_text="How much they have in common.")
    raised_at = models.DateTimeField(default=clock.now)

    objects = FlagQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "submission", "provider": "submission"}
    verified_with = ("submission", "other")

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "file"], name="one_flag_per_submission_and_file"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(kind="text"), name="one_flag_for_the_text_of_a_submission"
            ),
            models.CheckConstraint(
                condition=Q(kind="file", file__isnull=False) | Q(kind="text", file=None),
                name="a_flag_on_a_file_names_it",
            ),
            models.CheckConstraint(condition=~Q(submission=F("other")), name="nothing_is_flagged_for_itself"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_flag_is_for_a_share"),
        ]

    def __str__(self) -> str:
        return f"flag on {self.submission_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "submission": self.submission_id,
                "of": [self.apprenticeship_id, self.provider_id],
                "kind": self.kind,
                "file": self.file_id,
                "other": self.other_id,
                "percent": self.percent,
                "raised_at": self.raised_at,
            }
        )

    def contradiction(self) -> str | None:
        """Where it does not agree with what it is about; None if it does."""
        if self.other.apprenticeship_id == self.apprenticeship_id or self.other.provider_id != self.provider_id:
            return "what it is like is not another apprentice’s of the provider"
        return None


class FlagAnswer(models.Model):
    """What whoever looked at a flag made of it, in their words."""

    class Result(models.TextChoices):
        DISMISSED = "dismissed", _("Nothing to look into")
        INVESTIGATED = "investigated", _("To be looked into")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    flag = models.OneToOneField(Flag, on_delete=models.PROTECT, related_name="answer")
    result = models.CharField(max_length=16, choices=Result.choices)
    note = models.TextField(max_length=2_000, help_text="For staff alone.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="a_flag_is_answered_with_a_note")]

    def __str__(self) -> str:
        return f"{self.result} for {self.flag_id}"

    def fingerprint(self) -> str:
        return digest({"flag": self.flag_id, "result": self.result, "note": self.note, "by": self.by_id, "at": self.at})


class Investigation(models.Model):
    """That somebody doubts whether a submission is the apprentice's own work, and why: open until it is closed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey("assessments.Submission", on_delete=models.PROTECT, related_name="investigations")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Of those of the submission, from 1.")
    reason = models.TextField(max_length=2_000, help_text="For staff alone.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = InvestigationQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "submission", "provider": "submission"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="investigations_are_counted"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_investigation_has_a_reason"),
        ]
        indexes = [models.Index(fields=["provider", "at"], name="investigations_of_a_provider")]

    def __str__(self) -> str:
        return f"investigation of {self.submission_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "submission": self.submission_id,
                "of": [self.apprenticeship_id, self.provider_id],
                "number": self.number,
                "reason": self.reason,
                "by": self.by_id,
                "at": self.at,
            }
        )


class InvestigationEnd(models.Model):
    """How an investigation was closed, and what the apprentice reads of it."""

    class Outcome(models.TextChoices):
        CLEARED = "cleared", _("Nothing was wrong")
        UNCLEAR = "unclear", _("It could not be settled")
        UPHELD = "upheld", _("It is not the apprentice’s own work")

    investigation = models.OneToOneField(Investigation, on_delete=models.PROTECT, primary_key=True, related_name="end")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    words = models.TextField(max_length=2_000, help_text="The apprentice reads them.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True
    verified_with = ("investigation",)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="an_investigation_is_closed_with_words")]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.investigation_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "investigation": self.investigation_id,
                "outcome": self.outcome,
                "words": self.words,
                "by": self.by_id,
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where it does not agree with what it ends; None if it does."""
        return "whoever began it closed it" if self.by_id == self.investigation.by_id else None


def is_flagged() -> Exists:
    """Of a submission: whether there is a flag on it that nobody has answered."""
    return Exists(Flag.objects.unscoped().open().filter(submission=OuterRef("pk")))


def is_under_investigation() -> Exists:
    """Of a submission: whether an investigation of it is open."""
    return Exists(Investigation.objects.unscoped().open().filter(submission=OuterRef("pk")))


def told_at_end() -> Subquery:
    """Of a submission: what its apprentice reads of the investigation that was closed last."""
    ends = InvestigationEnd.objects.filter(investigation__submission=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(ends.values("words")[:1])
