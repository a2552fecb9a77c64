"""The documents of an apprenticeship that are not evidence, and what is agreed and done about learning support."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from files import storing
from programme.learner_file.querysets import (
    LearnerDocumentQuerySet,
    SupportNoteQuerySet,
    SupportPlanQuerySet,
    SupportReaderQuerySet,
)

MOST_WORDS = 4_000


class DocumentKind(models.TextChoices):
    """What a document is. The order is that of an audit."""

    ELIGIBILITY = "eligibility", _("Eligibility")
    INITIAL_ASSESSMENT = "initial_assessment", _("Initial assessment")
    PRIOR_LEARNING = "prior_learning", _("Prior learning")
    AGREEMENT = "agreement", _("Apprenticeship agreement")
    TRAINING_PLAN = "training_plan", _("Training plan or commitment statement")
    FIRST_LEARNING = "first_learning", _("Evidence of first learning")
    HOURS = "hours", _("Off-the-job hours")
    REVIEW = "review", _("Progress review on paper")
    ENGLISH_MATHS = "english_maths", _("English and maths")
    CERTIFICATE = "certificate", _("Certificate")
    CHANGE = "change", _("Break or change of circumstances")
    GATEWAY = "gateway", _("Gateway declaration")
    STATEMENT = "statement", _("Other signed statement")
    LEAVER = "leaver", _("Reason for leaving")
    OTHER = "other", _("Other")


class Seeing(models.TextChoices):
    """Who a document can be for, besides whoever it is always for."""

    APPRENTICE = "for_apprentice", _("The apprentice")
    ASSESSORS = "for_assessors", _("Their assessors and trainers")
    EMPLOYER = "for_employer", _("Their mentor at the employer")
    QUALITY = "for_quality", _("Quality assurers, managers, viewers and external auditors")
    ADMINS = "for_admins", _("Admins of the training provider")


def document_key() -> str:
    """Where a document is kept: a key that no other object has."""
    name = uuid4().hex
    return f"documents/{name[:2]}/{name}"


class LearnerDocument(models.Model):
    """One document in a learner's file, as one version of it. A later version replaces it and leaves it as it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Getting it ready")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Cannot be opened")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="documents")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    kind = models.CharField(max_length=24, choices=DocumentKind.choices)
    title = models.CharField(max_length=200)
    dated_on = models.DateField(help_text="The day that stands on it.")
    is_support = models.BooleanField(default=False, help_text="About learning support: for few.")
    for_apprentice = models.BooleanField(default=False)
    for_assessors = models.BooleanField(default=False)
    for_employer = models.BooleanField(default=False)
    for_quality = models.BooleanField(default=False)
    for_admins = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    original_sha256 = models.CharField("SHA-256 as it came", max_length=64)
    stored = models.CharField(max_length=100, unique=True)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    refused_because = models.CharField(max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(max_length=MOST_WORDS, blank=True)

    objects = LearnerDocumentQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "replaces"}
    never_changes = (
        "apprenticeship",
        "provider",
        "replaces",
        "kind",
        "title",
        "dated_on",
        "is_support",
        "added_by",
        "added_at",
        "name",
        "content_type",
        "original_sha256",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_document_has_a_title"),
            models.CheckConstraint(
                condition=Q(is_support=False)
                | Q(
                    for_apprentice=False,
                    for_assessors=False,
                    for_employer=False,
                    for_quality=False,
                    for_admins=False,
                ),
                name="a_document_about_learning_support_is_for_no_role",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(refused_because="")) | (~Q(state="refused") & Q(refused_because="")),
                name="a_document_is_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None, withdrawn_because="")
                | (Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="a_document_is_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def readers(self) -> list[str]:
        """The roles that it is for, by their names in `Seeing`."""
        return [name for name in Seeing.values if getattr(self, name)]

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})

    def content_fault(self) -> str | None:
        """What is wrong with the stored bytes, in words; None if they fit."""
        return storing.content_fault(self.stored, self.size_bytes, self.sha256)


def may_be_named(key: str) -> bool:
    """Whether a row names the object."""
    return LearnerDocument.objects.unscoped().filter(stored=key).exists()


class SupportPlan(models.Model):
    """What somebody needs to learn, and what is done for them, as agreed. A change is a later plan."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="support_plans")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    need = models.TextField(max_length=MOST_WORDS)
    adjustments = models.TextField(max_length=MOST_WORDS)
    agreed_with = models.CharField(max_length=200, help_text="Whom it was agreed with, in words.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SupportPlanQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "replaces"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship"], condition=Q(replaces=None), name="one_first_support_plan_per_apprenticeship"
            ),
            models.CheckConstraint(
                condition=~Q(need="") & ~Q(adjustments="") & ~Q(agreed_with=""),
                name="a_support_plan_says_what_is_needed_done_and_agreed",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_support_plan_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"support plan {self.pk}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})


class SupportNote(models.Model):
    """What was done in one month by a plan: the monthly evidence of learning support."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(SupportPlan, on_delete=models.PROTECT, related_name="notes")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="Its first day.")
    said = models.TextField(max_length=MOST_WORDS)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SupportNoteQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "plan", "apprenticeship": "plan"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(said=""), name="a_month_of_support_says_what_was_done"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_begins_on_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"support in {self.month:%Y-%m}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})


class SupportReader(models.Model):
    """Somebody of the provider who was named to read and write one learner's support, until that is ended."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="support_readers")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=clock.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = SupportReaderQuerySet.as_manager()
    always_recorded = True
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("apprenticeship", "provider", "person", "named_by", "named_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "person"],
                condition=Q(ended_at=None),
                name="somebody_is_named_once_for_learning_support",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="whoever_ends_sight_of_support_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} reads the support of {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})
