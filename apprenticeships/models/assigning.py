"""Changes of who looks after an apprenticeship: each a dated event with its reason, undone by another."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from apprenticeships.models.apprenticeships import Apprenticeship, Assignment
from apprenticeships.querysets.assigning import AssignmentChangeQuerySet
from core import clock


class AssignmentChange(models.Model):
    """One change of who leads or covers in a role; or, with `undoes`, the undoing of one.

    Who led until then is `before`, who leads from then on `after`; nobody, where it is empty. Of cover, both are the
    person who covers: appointed has no `before`, ended has no `after`, and with both only the last day changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="assignment_changes")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among these changes of this apprenticeship, from 1.")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    role = models.CharField(max_length=16, choices=Assignment.Role.choices)
    is_cover = models.BooleanField(default=False)
    before = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    after = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    effective_on = models.DateField(help_text="The day from which it counts.")
    before_until = models.DateField(null=True, blank=True, help_text="Of cover: the first day without it, until then.")
    after_until = models.DateField(null=True, blank=True, help_text="Of cover: the first day without it.")
    reason = models.TextField(max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = AssignmentChangeQuerySet.as_manager()
    append_only = True
    same_as_parent = {
        "provider": "apprenticeship",
        "apprenticeship": "undoes",
        "role": "undoes",
        "is_cover": "undoes",
    }

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_assignment_change_after_the_other"),
            models.CheckConstraint(
                condition=Q(before=None, undoes=None) | ~Q(reason=""), name="an_assignment_is_changed_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(is_cover=False, before_until=None, after_until=None)
                | Q(is_cover=True, before=None)
                | Q(is_cover=True, after=None)
                | Q(is_cover=True, before=F("after")),
                name="only_cover_has_a_last_day_and_is_of_one_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "at"],
                condition=Q(undoes__isnull=False),
                name="undone_assignment_changes",
            )
        ]

    def __str__(self) -> str:
        return f"assignment change {self.number} of {self.apprenticeship_id}"

    @property
    def coverer_id(self) -> UUID | None:
        """Of cover: whose it is."""
        return self.after_id or self.before_id

    def facts(self) -> list[object]:
        """Everything that it says, for the fingerprint of its apprenticeship."""
        return [getattr(self, field.attname) for field in self._meta.concrete_fields]
