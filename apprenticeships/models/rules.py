"""The rules that a programme is run by, for starts from a day on: data from outside, each with its source."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock


class Programme(models.TextChoices):
    """The kinds of programme that have rules of their own."""

    APPRENTICESHIP = "apprenticeship", _("Apprenticeship")
    FOUNDATION = "foundation", _("Foundation apprenticeship")
    UNIT = "unit", _("Apprenticeship unit")


class EnglishAndMaths(models.TextChoices):
    """Who studies English and maths beside the programme, if they do not hold them."""

    REQUIRED = "required", _("Everybody studies them, and passes before the end")
    ADULTS_CHOOSE = "adults_choose", _("Adults study them if their employer agrees, and need not pass")
    ADULTS_MAY_LEAVE = "adults_may_leave", _("As before, and adults may leave them without sitting the test")
    NOT_PART = "not_part", _("They are no part of it")


class ActiveLearning(models.TextChoices):
    """How often there must be some learning, or else a break."""

    MONTH = "month", _("In every calendar month")
    FOUR_WEEKS = "four_weeks", _("Every 4 weeks")
    NOT_ASKED = "not_asked", _("Not asked")


class ProgrammeRules(models.Model):
    """The rules for starts from a day until the next rules of the same kind of programme begin.

    Shipped rows are in `shipped_rules.json`; an installation adds a year by `manage.py programme_rules`. A row is never
    altered: a later edition of the same day replaces it. `apprenticeships.rules.rules_for` finds the row for somebody.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    programme = models.CharField(max_length=16, choices=Programme.choices)
    starts_from = models.DateField(help_text="For starts from this day on.")
    edition = models.PositiveSmallIntegerField(default=1, help_text="The highest counts.")
    funding_year = models.CharField(max_length=30, help_text="How the rules are called: 2025-26.")

    minimum_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="From the start to the end.")
    minimum_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The same, as people say it.")
    maximum_days = models.PositiveSmallIntegerField(null=True, blank=True)
    full_time_weekly_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Who is paid for fewer hours a week trains for longer, in proportion."
    )
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="At the start, in years.")
    usual_maximum_age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Older people need one of the reasons that the rules name."
    )
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Nobody who is older may start.")

    adult_age = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="From this age at the start on, the rules on English and maths speak of adults.",
    )

    minimum_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Off-the-job hours that are the least for anybody, prior learning or not."
    )
    maximum_hours = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of training, where limited.")
    uses_published_hours = models.BooleanField(
        default=False, help_text="The hours published for the version are the minimum, less prior learning."
    )
    weekly_off_the_job_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="On average over the programme, where the rule was a number of hours a week."
    )
    off_the_job_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of paid hours, where the rule was a share."
    )

    review_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A review is due by the end of this month after the one of the last review."
    )
    review_weeks = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A review is due this many weeks after the last."
    )
    english_and_maths = models.CharField(max_length=20, choices=EnglishAndMaths.choices)
    active_learning = models.CharField(max_length=20, choices=ActiveLearning.choices)
    qualifying_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Who leaves before counts in no achievement rate."
    )
    has_gateway = models.BooleanField(default=True, help_text="With behaviours and a gateway before the assessment.")
    sources = models.JSONField(default=dict, help_text="Where each of the values is from, by its name.")
    reason = models.TextField(max_length=2_000, blank=True, help_text="Why this edition replaces the one before.")
    added_at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        verbose_name_plural = "programme rules"
        ordering = ["programme", "starts_from", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "starts_from", "edition"], name="one_edition_of_rules_per_programme_and_day"
            ),
            models.CheckConstraint(
                condition=Q(edition__lte=1) | ~Q(reason=""), name="rules_that_replace_others_say_why"
            ),
            models.CheckConstraint(
                condition=Q(review_months=None) | Q(review_weeks=None), name="reviews_are_due_by_months_or_by_weeks"
            ),
            models.CheckConstraint(
                condition=Q(minimum_days=None) | Q(maximum_days=None) | Q(minimum_days__lte=F("maximum_days")),
                name="the_shortest_programme_is_no_longer_than_the_longest",
            ),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(maximum_age=None) | Q(minimum_age__lte=F("maximum_age")),
                name="the_youngest_are_no_older_than_the_oldest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_programme_display()} {self.funding_year}"

    @property
    def has_reviews(self) -> bool:
        """Whether there are progress reviews."""
        return bool(self.review_months or self.review_weeks)


class PublishedHours(models.Model):
    """The off-the-job hours published as the minimum for one version of a standard, for starts from a day to a day.

    Known by reference and version, since the list may be here before the standard is.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=6)
    version = models.CharField(max_length=8)
    starts_from = models.DateField()
    starts_until = models.DateField(null=True, blank=True, help_text="The last day of starts; none if it is open.")
    edition = models.PositiveSmallIntegerField(default=1, help_text="The highest counts.")
    hours = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)
    added_at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        verbose_name_plural = "published hours"
        ordering = ["reference", "version", "starts_from", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "version", "starts_from", "edition"],
                name="one_edition_of_published_hours_per_version_and_day",
            ),
            models.CheckConstraint(
                condition=Q(starts_until=None) | Q(starts_until__gte=F("starts_from")),
                name="published_hours_end_after_they_begin",
            ),
            models.CheckConstraint(condition=Q(hours__gte=1), name="published_hours_are_some"),
        ]

    def __str__(self) -> str:
        return f"{self.hours} hours for {self.reference} version {self.version}"
