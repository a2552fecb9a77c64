"""What a standard is, its versions, and what each version says."""

from typing import Any
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.canonical import canonical
from occupations import content
from occupations.content import Content
from occupations.querysets.standards import KsbQuerySet, StandardQuerySet, StandardVersionQuerySet


def number_parts(version: str) -> tuple[int, int]:
    """A version's number as numbers: 1.10 comes after 1.2."""
    major, minor = version.split(".")
    return int(major), int(minor)


class Standard(models.Model):
    """An occupational standard, whatever its version: ST0321 Recruitment resourcer.

    One without an owner is in the catalogue that every provider uses. One with an owner is private to that provider,
    and may have a reference that others use too.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="private_standards"
    )
    reference = models.CharField(max_length=6, validators=[RegexValidator(r"^(ST|FA|AU)\d{4}$")])
    slug = models.CharField(
        max_length=15,
        unique=True,
        help_text="Its name in addresses: the reference, and of a private one its owner's UKPRN.",
    )
    title = models.CharField(max_length=300)

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["reference", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(owner=None), name="one_standard_per_reference_in_the_catalogue"
            ),
            models.UniqueConstraint(
                fields=["owner", "reference"], name="one_private_standard_per_reference_and_provider"
            ),
            models.CheckConstraint(
                condition=Q(owner=None, slug=F("reference")) | (Q(owner__isnull=False) & ~Q(slug=F("reference"))),
                name="only_a_private_standard_has_an_address_of_its_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Green(models.TextChoices):
    """How far an occupation serves the change to a green economy, as the public map colours it."""

    MID = "mid", _("Mid green occupation")
    DARK = "dark", _("Dark green occupation")


class StandardVersion(models.Model):
    """A standard as published under one version number. Once somebody is on it, it is never edited.

    When an admin approves a text that was published again under the same number, it becomes the next correction.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=8, validators=[RegexValidator(r"^\d+\.\d+$")])
    correction = models.PositiveSmallIntegerField(default=0, help_text="0 is the text that came first.")
    is_number_assumed = models.BooleanField(
        default=False, help_text="Its sources name no version, and there was no other that they could be about."
    )
    may_lack_ksbs = models.BooleanField(
        default=False, help_text="Its KSBs are those of a list that somebody kept, which need not have all of them."
    )
    title = models.CharField(max_length=300)
    template = models.CharField(max_length=60, blank=True, help_text="What kind of standard the source says it is.")
    occupation_reference = models.CharField(max_length=7, blank=True)
    lars_codes = models.JSONField(_("LARS codes"), default=list, blank=True)
    status = models.CharField(max_length=100, blank=True)
    route = models.CharField(max_length=100, blank=True)
    level = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    overview = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    entry_requirements = models.TextField(blank=True)
    typical_duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_funding_pounds = models.PositiveIntegerField(null=True, blank=True)
    median_salary_pounds = models.PositiveIntegerField(null=True, blank=True)
    soc_code = models.CharField(_("SOC 2020 code"), max_length=10, blank=True)
    soc_title = models.CharField(max_length=200, blank=True)
    soc_groups = models.JSONField(default=list, blank=True, help_text="SOC 2020 sub-unit groups: [code, title] pairs.")
    employers = models.JSONField(default=list, blank=True)
    job_titles = models.JSONField(_("typical job titles"), default=list, blank=True)
    green_job_titles = models.JSONField(default=list, blank=True)
    keywords = models.JSONField(default=list, blank=True)
    green = models.CharField(max_length=4, choices=Green.choices, blank=True)
    is_career_starter = models.BooleanField(null=True, blank=True)
    has_core_and_options = models.BooleanField(null=True, blank=True)
    regulated_by = models.CharField(max_length=300, blank=True)
    integrated_degree = models.CharField(max_length=60, blank=True)
    qualifications = models.JSONField(default=list, blank=True, help_text="{title, level, note} of each.")
    professional_recognition = models.JSONField(default=list, blank=True, help_text="{body, level, note} of each.")
    english_and_maths = models.TextField(blank=True)
    quality_assured_by = models.CharField(_("EQA provider"), max_length=200, blank=True)
    page_url = models.URLField(max_length=500, blank=True)
    assessment_plan_url = models.URLField(max_length=500, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    earliest_start_on = models.DateField(null=True, blank=True)
    latest_start_on = models.DateField(null=True, blank=True)
    latest_end_on = models.DateField(null=True, blank=True)
    change = models.TextField(blank=True, help_text="What the source says was changed in this version.")
    notice = models.TextField(blank=True)
    version_log = models.JSONField(
        default=list,
        blank=True,
        help_text="{version, change, earliest_start_on, latest_start_on} of each, newest first.",
    )
    prose = models.TextField(blank=True, help_text="The body of an old-template standard, whose KSBs are not listed.")
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64, help_text="Of what was read from the source, not of its bytes.")
    imported_at = models.DateTimeField()

    objects = StandardVersionQuerySet.as_manager()

    #: Of an instance whose rows were written a moment ago, so that they need not be read again.
    fingerprint_as_written = ""

    class Meta:
        ordering = ["standard", "version", "correction"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "version", "correction"], name="one_version_per_standard_number_and_correction"
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(1, 8)), name="a_level_is_1_to_8"),
        ]

    def __str__(self) -> str:
        corrected = f", correction {self.correction}" if self.correction else ""
        return f"{self.title} (version {self.version}{corrected})"

    def fingerprint(self) -> str:
        """The hash of everything that was published, as it stands in the rows now."""
        if self.fingerprint_as_written:
            return self.fingerprint_as_written
        return content.digest_of(self.content())

    def content(self) -> Content:
        """What it says, of everything; blank where nothing was said."""
        whole: Content = {name: getattr(self, name) for name in content.FACTS}
        for part in content.PARTS:
            whole[part] = self._rows(part, whole)
        written: Content = canonical(whole)
        return written

    def _rows(self, part: str, whole: Content) -> list[dict[str, Any]]:
        """The rows of a part as plain data, with few queries and no model instances: versions are many.

        Args:
            whole: the parts that were read before, which say whether there is anything to be linked to.
        """
        fields = content.PARTS[part]
        columns = [name for name in fields if name not in content.LINKS]
        related = getattr(self, part)
        rows = list(related.order_by("number" if part == "duties" else "position").values("pk", *columns))
        links = {
            name: self._links(related.model, name) if rows and whole[content.LINKS[name][0]] else {}
            for name in fields
            if name in content.LINKS
        }
        return [
            {name: sorted(links[name].get(row["pk"], [])) if name in links else row[name] for name in fields}
            for row in rows
        ]

    def _links(self, model: Any, name: str) -> dict[Any, list[str]]:
        relation, shown_by = content.LINKS[name]
        field = model._meta.get_field(relation)
        source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
        linked: dict[Any, list[str]] = {}
        pairs = field.remote_field.through._base_manager.filter(**{f"{source}__version": self})
        for row, shown in pairs.values_list(f"{source}_id", f"{target}__{shown_by}"):
            linked.setdefault(row, []).append(shown)
        return linked

    @property
    def number_parts(self) -> tuple[int, int]:
        """The version's number as numbers."""
        return number_parts(self.version)

    @property
    def level_band(self) -> str:
        """The band of the occupational maps that this level falls in; empty where the level is not known."""
        if self.level is None:
            return ""
        return "Technical" if self.level <= 3 else "Higher Technical" if self.level <= 5 else "Professional"


class Product(models.Model):
    """Something one can take to learn the occupation: an apprenticeship, a T Level, a technical qualification."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="products")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(
        max_length=60, blank=True, help_text="Apprenticeship, HTQ, T Level, technical qualification."
    )
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


class Option(models.Model):
    """A named alternative inside a core-and-options standard (older word: pathway)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    source_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_option_per_place_in_a_version"),
        ]

    def __str__(self) -> str:
        return self.title


class KsbType(models.TextChoices):
    """The kinds of statement a standard is made of. Foundation apprenticeships and units have the last three."""

    K = "K", _("Knowledge")
    S = "S", _("Skills")
    B = "B", _("Behaviours")
    TK = "TK", _("Technical knowledge")
    TS = "TS", _("Technical skills")
    ESB = "ESB", _("Employability skills and behaviours")


class Ksb(models.Model):
    """One statement of knowledge, skill or behaviour in one version, each word as published.

    Without options it is core: it applies to everybody on the version.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="ksbs")
    type = models.CharField(max_length=3, choices=KsbType.choices)
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    code = models.CharField(max_length=6)
    position = models.PositiveSmallIntegerField(help_text="Place in the standard: K before S before B, by number.")
    statement = models.TextField()
    source_id = models.CharField(max_length=64, blank=True, help_text="The source's own id (a GUID), where it has one.")
    source_code = models.CharField(max_length=12, blank=True, help_text="A code printed in the text that differs.")
    options = models.ManyToManyField(Option, blank=True, related_name="ksbs")

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


class Duty(models.Model):
    """What the worker does, and which KSBs it takes. Without options it is core."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="duties")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    text = models.TextField()
    criteria = models.TextField(blank=True, help_text="Criteria for measuring performance.")
    source_id = models.CharField(max_length=64, blank=True)
    ksbs = models.ManyToManyField(Ksb, blank=True, related_name="duties")
    options = models.ManyToManyField(Option, blank=True, related_name="duties")

    class Meta:
        verbose_name_plural = "duties"
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="one_duty_per_number_in_a_version"),
        ]

    def __str__(self) -> str:
        return f"Duty {self.number}"


class Assessment(models.Model):
    """A method of an assessment plan of the old kind, or an outcome of a reformed one, and the KSBs it covers."""

    class Kind(models.TextChoices):
        METHOD = "method", _("Assessment method")
        OUTCOME = "outcome", _("Assessment outcome")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="assessments")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=300)
    scope = models.CharField(max_length=300, blank=True, help_text="Core, or the option it is for.")
    ksbs = models.ManyToManyField(Ksb, blank=True, related_name="assessments")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_assessment_per_place_in_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def short(self) -> str:
        """What it is called where there is little room: its code, if it has one."""
        return self.code or self.title
