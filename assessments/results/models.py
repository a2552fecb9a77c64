"""Results of the outcomes of a reformed plan, second marks of them, and their release."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.results.querysets import OutcomeResultQuerySet, ResultReleaseQuerySet, SecondMarkQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Assessment


class ResultGrade(models.TextChoices):
    """How an outcome was marked. No published plan names other grades for an outcome in a form that is imported."""

    FAIL = "fail", _("Fail")
    PASS = "pass", _("Pass")
    MERIT = "merit", _("Merit")
    DISTINCTION = "distinction", _("Distinction")


class OutcomeResult(models.Model):
    """How one attempt of an apprentice at one outcome was marked, on what, and by whom.

    A correction is a row of its own, which supersedes the one before it and says why. The last of them stands.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="outcome_results")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="results")
    attempt = models.PositiveSmallIntegerField(help_text="1 for the first, 2 for the first re-sit.")
    assessed_on = models.DateField(help_text="The day of the assessment.")
    grade = models.CharField(max_length=16, choices=ResultGrade.choices)
    feedback = models.TextField(max_length=5_000, help_text="Why this grade. The apprentice reads it.")
    rests_on = models.TextField(
        max_length=1_000, blank=True, help_text="What else was marked, such as the paper of a test."
    )
    pieces = models.ManyToManyField("assessments.Submission", through="ResultGround", related_name="outcome_results")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.TextField(max_length=2_000, blank=True, help_text="Why it was corrected.")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = OutcomeResultQuerySet.as_manager()
    append_only = True
    same_as_parent = {
        "provider": "apprenticeship",
        "apprenticeship": "supersedes",
        "outcome": "supersedes",
        "attempt": "supersedes",
    }
    verified_with = ("outcome", "grounds__submission")
    sealed_with = ("grounds",)

    class Meta:
        ordering = ["apprenticeship", "outcome", "attempt", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "outcome", "attempt"],
                condition=Q(supersedes=None),
                name="one_first_result_per_outcome_and_attempt",
            ),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="attempts_begin_at_1"),
            models.CheckConstraint(condition=~Q(feedback=""), name="a_result_of_an_outcome_says_why"),
            models.CheckConstraint(
                condition=Q(supersedes=None, reason="") | (Q(supersedes__isnull=False) & ~Q(reason="")),
                name="a_result_of_an_outcome_is_corrected_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["provider", "at"], name="results_of_a_provider")]

    def __str__(self) -> str:
        return f"attempt {self.attempt} at {self.outcome_id} of {self.apprenticeship_id}: {self.grade}"

    def fingerprint(self) -> str:
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "outcome": self.outcome_id,
                "attempt": self.attempt,
                "assessed_on": self.assessed_on,
                "grade": str(self.grade),
                "feedback": self.feedback,
                "rests_on": self.rests_on,
                "pieces": sorted(str(ground.submission_id) for ground in self.grounds.all()),
                "supersedes": [self.supersedes_id, self.reason],
                "marker": self.marker_id,
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where it does not agree with what it is of and rests on; None if it does."""
        if self.outcome.kind != Assessment.Kind.OUTCOME:
            return "it is the result of something that is no outcome"
        if any(ground.submission.apprenticeship_id != self.apprenticeship_id for ground in self.grounds.all()):
            return "it rests on evidence of another apprenticeship"
        return None


class ResultGround(models.Model):
    """One round of a piece of evidence that was marked."""

    result = models.ForeignKey(OutcomeResult, on_delete=models.PROTECT, related_name="grounds")
    submission = models.ForeignKey("assessments.Submission", on_delete=models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "submission"], name="one_row_per_result_and_piece"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} rests on {self.submission_id}"


class SecondMark(models.Model):
    """How a second person marked the same work, or which grade a standardisation agreed. The newest one counts."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    result = models.ForeignKey(OutcomeResult, on_delete=models.PROTECT, related_name="second_marks")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Who marked the result."
    )
    number = models.PositiveSmallIntegerField(help_text="Place among the second marks of this result, from 1.")
    grade = models.CharField(max_length=16, choices=ResultGrade.choices)
    words = models.TextField(max_length=2_000, blank=True, help_text="Why another grade.")
    record = models.ForeignKey(
        "assessments.Standardisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="results",
        help_text="The standardisation that agreed it.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SecondMarkQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "result", "marker": "result"}

    class Meta:
        ordering = ["result", "number"]
        constraints = [
            models.UniqueConstraint(fields=["result", "number"], name="one_second_mark_after_the_other"),
            models.CheckConstraint(condition=~Q(by=F("marker")), name="nobody_marks_their_own_result_again"),
        ]
        indexes = [models.Index(fields=["provider", "at"], name="second_marks_of_a_provider")]

    def __str__(self) -> str:
        return f"second mark {self.number} of {self.result_id}: {self.grade}"

    def fingerprint(self) -> str:
        return digest(
            {
                "result": self.result_id,
                "provider": self.provider_id,
                "marker": self.marker_id,
                "number": self.number,
                "grade": str(self.grade),
                "words": self.words,
                "record": self.record_id,
                "by": self.by_id,
                "at": self.at,
            }
        )


class ResultRelease(models.Model):
    """That a result was released: from then on the apprentice and the employer see it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    result = models.OneToOneField(OutcomeResult, on_delete=models.PROTECT, related_name="release")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Who marked the result."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ResultReleaseQuerySet.as_manager()
    append_only = True
    same_as_parent = {"apprenticeship": "result", "provider": "result", "marker": "result"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("marker")), name="nobody_releases_their_own_result"),
        ]

    def __str__(self) -> str:
        return f"release of {self.result_id}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})
