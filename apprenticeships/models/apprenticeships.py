"""Apprenticeships, and who looks after them."""

from functools import reduce
from operator import add
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.pace import COUNTED_STATUSES
from apprenticeships.querysets.apprenticeships import ApprenticeshipQuerySet, AssignmentQuerySet
from apprenticeships.states import KsbState
from core import clock
from core.canonical import digest
from occupations.models import Option, StandardVersion


class Apprenticeship(models.Model):
    """One person learning one occupation with one provider; one person may have several over time."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        ON_PROGRAMME = "on_programme", _("On programme")
        BREAK = "break", _("Break in learning")
        PAST_GATEWAY = "past_gateway", _("Past gateway")
        ACHIEVED = "achieved", _("Achieved")
        NOT_ACHIEVED = "not_achieved", _("Not achieved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprentice = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="apprenticeships")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="apprenticeships_provided")
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="apprenticeships_employed"
    )
    standard_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="apprenticeships")
    option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, blank=True, related_name="apprenticeships")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ON_PROGRAMME)
    started_on = models.DateField()
    planned_end_on = models.DateField()
    # Derived from the changes by apprenticeships.breaks: time that does not count is taken off in every report.
    break_days = models.PositiveSmallIntegerField(default=0, editable=False, help_text="Of breaks that are over.")
    stopped_on = models.DateField(
        null=True, editable=False, help_text="The day from which time does not count: of a break, or of the end."
    )
    # What `apprenticeships.facts.Facts` holds, and holds against the rules. Hours change by dated changes.
    uln = models.CharField(_("ULN"), max_length=10, blank=True, help_text="Unique learner number.")
    learner_reference = models.CharField(max_length=12, blank=True, help_text="The provider's own: LearnRefNumber.")
    date_of_birth = models.DateField(null=True, blank=True)
    planned_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Off the job, as agreed: prior learning is taken off already."
    )
    prior_learning_hours = models.PositiveSmallIntegerField(default=0, help_text="Taken off the hours.")
    weekly_minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Paid working time a week.")
    price_pounds = models.PositiveIntegerField(null=True, blank=True, help_text="As agreed, less prior learning.")
    prior_learning_pounds = models.PositiveIntegerField(default=0, help_text="Taken off the price.")
    is_employer_funded = models.BooleanField(
        null=True, blank=True, help_text="From the apprenticeship service account."
    )
    enrolled_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When the enrolment was undone: nobody opens it, and its record stays."
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When what it holds of the apprentice was erased: it is not to be restored."
    )

    # Derived from KsbProgress and the evidence by portfolios.coverage, for reports that read thousands of rows. Below,
    # each state of KSBs adds the column that counts it.
    ksb_count = models.PositiveSmallIntegerField(default=0, editable=False)
    last_activity_at = models.DateTimeField(null=True, editable=False)
    # Derived from the off-the-job entries by programme.learning_hours.totals.
    off_the_job_minutes = models.PositiveIntegerField(default=0, editable=False, help_text="Counted and confirmed.")
    off_the_job_waiting_minutes = models.PositiveIntegerField(
        default=0, editable=False, help_text="Counted once somebody confirms them."
    )
    last_learned_on = models.DateField(null=True, editable=False, help_text="The last day of learning that counts.")
    stored_bytes = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="Of all its files, those taken off a piece too: they are still kept."
    )

    objects = ApprenticeshipQuerySet.as_manager()
    always_recorded = True
    verified_with = ("assignments", "assignment_changes", "changes", "planned_changes__ending", "corrections")
    #: Rows that belong to it carry its provider. Somebody who goes to another provider has another apprenticeship.
    never_changes = ("provider",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end_on__gt=F("started_on")), name="an_apprenticeship_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(status__in=COUNTED_STATUSES, stopped_on=None)
                | (~Q(status__in=COUNTED_STATUSES) & Q(stopped_on__isnull=False)),
                name="time_counts_while_somebody_is_learning",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(undone_at__isnull=False), name="nobody_opens_what_was_erased"
            ),
            models.CheckConstraint(condition=Q(uln="") | Q(uln__regex=r"^[1-9][0-9]{9}$"), name="a_uln_has_ten_digits"),
            models.CheckConstraint(
                condition=Q(ksb_count__gte=reduce(add, [F(state.counter) for state in KsbState.counted()])),
                name="no_more_ksbs_counted_than_there_are",
            ),
        ]
        indexes = [models.Index(fields=["provider", "status"], name="apprenticeships_of_a_provider")]

    def __str__(self) -> str:
        return f"apprenticeship {self.pk}"

    @property
    def awaits_acceptance(self) -> bool:
        """Whether nobody has taken it up yet: the apprentice is a name without an account."""
        return self.apprentice.email is None

    def fingerprint(self) -> str:
        """Of whose it is, by which text, from when to when, who looks after it, and each change of it."""
        return digest(
            {
                "apprentice": self.apprentice_id,
                "provider": self.provider_id,
                "employer": self.employer_id,
                "text": [self.standard_version_id, self.option_id],
                "status": str(self.status),
                "dates": [self.started_on, self.planned_end_on],
                "person": [self.uln, self.learner_reference, self.date_of_birth],
                "hours": [self.planned_hours, self.prior_learning_hours, self.weekly_minutes],
                "price": [self.price_pounds, self.prior_learning_pounds, self.is_employer_funded],
                "enrolled_at": self.enrolled_at,
                "undone_at": self.undone_at,
                "erased_at": self.erased_at,
                "assignments": sorted(
                    [
                        str(held.person_id),
                        str(held.role),
                        "cover" if held.is_cover else "lead",
                        str(held.started_on),
                        str(held.ended_on or ""),
                    ]
                    for held in self.assignments.all()
                ),
                "assignment_changes": [change.facts() for change in self.assignment_changes.all()],
                "changes": [change.facts() for change in self.changes.all()],
                "planned_changes": [plan.facts() for plan in self.planned_changes.all()],
                "corrections": [made.facts() for made in self.corrections.all()],
            }
        )


for _state in KsbState.counted():
    Apprenticeship.add_to_class(_state.counter, models.PositiveSmallIntegerField(default=0, editable=False))


class Assignment(models.Model):
    """Who looks after an apprenticeship, as its assessor, its trainer or its mentor at the employer, from day to day.

    A trainer sees it and judges nothing. One person leads in each role. Others may stand in for an assessor, with the
    same rights while they do.
    """

    class Role(models.TextChoices):
        ASSESSOR = "assessor", _("assessor")
        TRAINER = "trainer", _("trainer")
        MENTOR = "mentor", _("mentor")

    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=16, choices=Role.choices)
    is_cover = models.BooleanField(default=False, help_text="Stands in for whoever leads.")
    started_on = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["apprenticeship", "role"],
                condition=Q(ended_on=None, is_cover=False),
                name="one_open_lead_per_apprenticeship_and_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="an_assignment_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["person", "role"], name="assignments_of_a_person")]

    def __str__(self) -> str:
        return f"{self.role} of {self.apprenticeship_id}"
