"""English, maths and the qualifications that a standard asks for: what somebody holds, studies and passed."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.canonical import digest
from programme.querysets.attainments import AttainmentQuerySet


class Subject(models.TextChoices):
    """What is to be held by the end of an apprenticeship, besides its KSBs."""

    ENGLISH = "english", _("English")
    MATHS = "maths", _("Maths")
    QUALIFICATION = "qualification", _("Qualification")


class AttainmentKind(models.TextChoices):
    """What happened in a subject."""

    HELD = "held", _("Held already")
    EXEMPT = "exempt", _("Exempt")
    AGREED = "agreed", _("Will study it, agreed with the employer")
    NOT_STUDIED = "not_studied", _("Will not study it, agreed with the employer")
    ENROLLED = "enrolled", _("Enrolled on a course")
    LEFT = "left", _("Left the course")
    PASSED = "passed", _("Passed")
    NOT_PASSED = "not_passed", _("Not passed")


class SubjectLevel(models.TextChoices):
    """At which level English or maths is held or studied."""

    ENTRY = "entry", _("Entry level")
    ONE = "1", _("Level 1")
    TWO = "2", _("Level 2 or higher")


class Certificate(models.TextChoices):
    """What shows a level."""

    GCSE = "gcse", _("GCSE")
    FUNCTIONAL = "functional", _("Functional skills")
    A_LEVEL = "a_level", _("A level or AS level")
    ABROAD = "abroad", _("A qualification from another country, compared by UK ENIC")
    OTHER = "other", _("Another qualification that the funding rules accept")


class Exemption(models.TextChoices):
    """Why a lower level is enough, or none is asked for."""

    SIGN_LANGUAGE = "sign_language", _("British Sign Language is their first language")
    ADJUSTED = "adjusted", _("An adjusted level, as the funding rules allow")
    OTHER = "other", _("Another exemption in the funding rules")


_K = AttainmentKind
#: Which kinds of event say at which level, what shows it, and who agreed for the employer.
WITH_LEVEL = (_K.HELD, _K.ENROLLED, _K.PASSED, _K.NOT_PASSED)
WITH_CERTIFICATE = (_K.HELD, _K.PASSED)
WITH_AGREEMENT = (_K.AGREED, _K.NOT_STUDIED)
#: What can be said of a qualification of the standard.
OF_QUALIFICATIONS = (_K.HELD, _K.ENROLLED, _K.PASSED, _K.NOT_PASSED)


class Attainment(models.Model):
    """One dated event about English, maths or a qualification; or, with `undoes`, the undoing of one.

    The newest that stands says how far somebody has come in that subject: see `programme.attainments`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="attainments")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among those of this apprenticeship, from 1.")
    subject = models.CharField(max_length=16, choices=Subject.choices)
    title = models.CharField(max_length=300, blank=True, help_text="Of a qualification, as the standard names it.")
    kind = models.CharField(max_length=16, choices=AttainmentKind.choices)
    level = models.CharField(max_length=8, choices=SubjectLevel.choices, blank=True)
    certificate = models.CharField(max_length=16, choices=Certificate.choices, blank=True)
    exemption = models.CharField(max_length=16, choices=Exemption.choices, blank=True)
    agreed_with = models.CharField(max_length=150, blank=True, help_text="Who agreed for the employer.")
    effective_on = models.DateField(help_text="The day of the certificate, the agreement, the start or the result.")
    reason = models.TextField(max_length=2_000, help_text="What it rests on, or why it is so.")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = AttainmentQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "undoes"}

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_attainment_after_the_other"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_attainment_says_what_it_rests_on"),
            models.CheckConstraint(
                condition=Q(subject=Subject.QUALIFICATION) & ~Q(title="")
                | ~Q(subject=Subject.QUALIFICATION) & Q(title=""),
                name="a_qualification_has_its_title",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=False)
                | Q(subject=Subject.QUALIFICATION)
                | (Q(kind__in=WITH_LEVEL) & ~Q(level=""))
                | (~Q(kind__in=WITH_LEVEL) & Q(level="")),
                name="english_and_maths_are_held_at_a_level",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=False)
                | (Q(kind=_K.EXEMPT) & ~Q(exemption=""))
                | (~Q(kind=_K.EXEMPT) & Q(exemption="")),
                name="an_exemption_says_of_which_kind",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=False)
                | (Q(kind__in=WITH_AGREEMENT) & ~Q(agreed_with=""))
                | (~Q(kind__in=WITH_AGREEMENT) & Q(agreed_with="")),
                name="whoever_agreed_for_the_employer_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.subject} of {self.apprenticeship_id}: {self.kind}"

    @property
    def of(self) -> str:
        """The subject or, of a qualification, its title: what the newest event is looked up by."""
        return self.title or self.subject

    def fingerprint(self) -> str:
        return digest({field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields})
