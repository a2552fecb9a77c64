"""Changes of an apprenticeship: each a dated event with its reason, undone by another."""

from functools import reduce
from operator import or_
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.models.apprenticeships import Apprenticeship
from apprenticeships.querysets.changes import ChangeQuerySet
from core import clock

_Status = Apprenticeship.Status


class ChangeKind(models.TextChoices):
    """What happened to an apprenticeship."""

    BREAK_STARTED = "break_started", _("Break in learning")
    BREAK_ENDED = "break_ended", _("Return from a break")
    WITHDRAWN = "withdrawn", _("Withdrawal")
    PLANNED_END = "planned_end", _("New planned end")
    EMPLOYER = "employer", _("New employer")
    GATEWAY_PASSED = "gateway_passed", _("Gateway passed")
    ACHIEVED = "achieved", _("Achieved")
    NOT_ACHIEVED = "not_achieved", _("Not achieved")
    HOURS = "hours", _("New hours")


#: In which statuses each can happen, and to which it leads: None where the status stays as it is.
STEPS: dict[ChangeKind, tuple[tuple[str, ...], str | None]] = {
    ChangeKind.BREAK_STARTED: ((_Status.ON_PROGRAMME,), _Status.BREAK),
    ChangeKind.BREAK_ENDED: ((_Status.BREAK,), _Status.ON_PROGRAMME),
    ChangeKind.WITHDRAWN: (
        (_Status.WAITING, _Status.ON_PROGRAMME, _Status.BREAK, _Status.PAST_GATEWAY),
        _Status.WITHDRAWN,
    ),
    ChangeKind.PLANNED_END: ((_Status.WAITING, _Status.ON_PROGRAMME, _Status.BREAK), None),
    ChangeKind.EMPLOYER: ((_Status.WAITING, _Status.ON_PROGRAMME, _Status.BREAK, _Status.PAST_GATEWAY), None),
    ChangeKind.GATEWAY_PASSED: ((_Status.ON_PROGRAMME,), _Status.PAST_GATEWAY),
    ChangeKind.ACHIEVED: ((_Status.PAST_GATEWAY,), _Status.ACHIEVED),
    ChangeKind.NOT_ACHIEVED: ((_Status.PAST_GATEWAY,), _Status.NOT_ACHIEVED),
    ChangeKind.HOURS: ((_Status.WAITING, _Status.ON_PROGRAMME, _Status.BREAK), None),
}


def possible_in(status: str) -> list[ChangeKind]:
    """What can happen to an apprenticeship that is in this status."""
    return [kind for kind, (within, _to) in STEPS.items() if status in within]


def _a_step() -> Q:
    """A change from a status in which its kind can happen to the one that it leads to."""
    return reduce(
        or_,
        (
            Q(
                kind=str(kind),
                before_status__in=[str(status) for status in within],
                after_status=str(to) if to else F("before_status"),
            )
            for kind, (within, to) in STEPS.items()
        ),
    )


class Change(models.Model):
    """One change of an apprenticeship, with its day and its reason; or, with `undoes`, the undoing of one.

    It says what status, planned end, employer, hours and price were before it and what they are after it. The
    apprenticeship has the values of today, written in the same transaction.
    """

    Kind = ChangeKind
    #: What a change can change, by the name that Apprenticeship has for it.
    VALUES = (
        "status",
        "planned_end_on",
        "employer_id",
        "planned_hours",
        "prior_learning_hours",
        "weekly_minutes",
        "price_pounds",
        "prior_learning_pounds",
    )

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="changes")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among the changes of this apprenticeship, from 1.")
    act = models.UUIDField(help_text="The one-use token of the form; of an undoing, the change that it undoes.")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    effective_on = models.DateField(help_text="The day from which it counts.")
    expected_back_on = models.DateField(null=True, blank=True, help_text="Of a break: when it should end, if known.")
    reason = models.TextField(max_length=2_000)
    before_status = models.CharField(max_length=16, choices=_Status.choices)
    after_status = models.CharField(max_length=16, choices=_Status.choices)
    before_planned_end_on = models.DateField()
    after_planned_end_on = models.DateField()
    before_employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    after_employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    before_planned_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    after_planned_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    before_prior_learning_hours = models.PositiveSmallIntegerField(default=0)
    after_prior_learning_hours = models.PositiveSmallIntegerField(default=0)
    before_weekly_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    after_weekly_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    before_price_pounds = models.PositiveIntegerField(null=True, blank=True)
    after_price_pounds = models.PositiveIntegerField(null=True, blank=True)
    before_prior_learning_pounds = models.PositiveIntegerField(default=0)
    after_prior_learning_pounds = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ChangeQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship", "apprenticeship": "undoes", "kind": "undoes"}

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_change_after_the_other"),
            models.UniqueConstraint(fields=["apprenticeship", "act"], name="one_change_per_apprenticeship_and_act"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_change_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(expected_back_on=None)
                | Q(kind="break_started", undoes=None, expected_back_on__gt=F("effective_on")),
                name="a_break_is_expected_to_end_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=False) | _a_step(),
                name="a_change_leads_from_a_status_to_the_next",
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.number} of {self.apprenticeship_id}: {self.kind}"

    def before(self) -> dict[str, object]:
        """What it changed, as it was before, by name."""
        values = {name: (getattr(self, f"before_{name}"), getattr(self, f"after_{name}")) for name in self.VALUES}
        return {name: before for name, (before, after) in values.items() if before != after}

    def facts(self) -> list[object]:
        """Everything that it says, for the fingerprint of its apprenticeship."""
        return [getattr(self, field.attname) for field in self._meta.concrete_fields]
