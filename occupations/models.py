"""The catalogue of occupational standards: what a standard is, its versions, and each version's KSBs."""

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from occupations import content
from occupations.querysets import KsbQuerySet, StandardVersionQuerySet


class Standard(models.Model):
    """An occupational standard, whatever its version: ST0321 Recruitment resourcer."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=6, unique=True, validators=[RegexValidator(r"^(ST|FA|AU)\d{4}$")])
    title = models.CharField(max_length=300)

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class StandardVersion(models.Model):
    """A standard as published under one version number. Once somebody is on it, it is never edited."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=8, validators=[RegexValidator(r"^\d+\.\d+$")])
    title = models.CharField(max_length=300)
    occupation_reference = models.CharField(max_length=7, blank=True)
    status = models.CharField(max_length=100)
    route = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(8)])
    overview = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    median_salary_pounds = models.PositiveIntegerField(null=True, blank=True)
    soc_code = models.CharField(_("SOC 2020 code"), max_length=10, blank=True)
    soc_title = models.CharField(max_length=200, blank=True)
    soc_groups = models.JSONField(default=list, blank=True, help_text="SOC 2020 sub-unit groups: [code, title] pairs.")
    employers = models.JSONField(default=list, blank=True)
    job_titles = models.JSONField(_("typical job titles"), default=list, blank=True)
    keywords = models.JSONField(default=list, blank=True)
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64, help_text="Of what was read from the source, not of its bytes.")
    imported_at = models.DateTimeField()

    objects = StandardVersionQuerySet.as_manager()

    class Meta:
        ordering = ["standard", "version"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "version"], name="one_version_per_standard_and_number"),
            models.CheckConstraint(condition=Q(level__range=(1, 8)), name="a_level_is_1_to_8"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"

    def fingerprint(self) -> str:
        """The hash of everything that was published, as it stands in the rows now."""
        return content.digest_of(self, self.products.all(), self.ksbs.all())

    @property
    def level_band(self) -> str:
        """The band of the occupational maps that this level falls in."""
        return "Technical" if self.level <= 3 else "Higher Technical" if self.level <= 5 else "Professional"


class Product(models.Model):
    """Something one can take to learn the occupation: an apprenticeship, a T Level, a technical qualification."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="products")
    position = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_product_per_place_in_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class KsbType(models.TextChoices):
    """The kinds of statement a standard is made of. Foundation apprenticeships and units have the last three."""

    K = "K", _("Knowledge")
    S = "S", _("Skills")
    B = "B", _("Behaviours")
    TK = "TK", _("Technical knowledge")
    TS = "TS", _("Technical skills")
    ESB = "ESB", _("Employability skills and behaviours")


class Ksb(models.Model):
    """One statement of knowledge, skill or behaviour in one version, each word as published."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="ksbs")
    type = models.CharField(max_length=3, choices=KsbType.choices)
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    code = models.CharField(max_length=6)
    position = models.PositiveSmallIntegerField(help_text="Place in the standard: K before S before B, by number.")
    statement = models.TextField()

    objects = KsbQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "type", "number"], name="one_ksb_per_type_and_number_in_a_version"
            ),
            models.UniqueConstraint(fields=["version", "code"], name="one_ksb_per_code_in_a_version"),
            models.UniqueConstraint(fields=["version", "position"], name="one_ksb_per_place_in_a_version"),
            models.CheckConstraint(condition=Q(number__gte=1), name="ksb_numbers_begin_at_1"),
        ]

    def __str__(self) -> str:
        return self.code
