"""Standardisation: who met, how each of them judged the same work, what was agreed, and what came of it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from assessments.models.deciding import Decision
from assessments.querysets.standardising import StandardisationActionQuerySet, StandardisationQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Standard


class Standardisation(models.Model):
    """One meeting at which people of a provider agreed how they judge. A correction is a row of its own, with why."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    held_on = models.DateField()
    agreed = models.TextField(max_length=10_000, help_text="What they agreed.")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    correction_reason = models.TextField(blank=True, max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = StandardisationQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "supersedes"}
    verified_with = ("people", "judgements")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(agreed=""), name="a_standardisation_says_what_was_agreed"),
            models.CheckConstraint(
                condition=Q(supersedes=None, correction_reason="")
                | (Q(supersedes__isnull=False) & ~Q(correction_reason="")),
                name="a_corrected_standardisation_says_why",
            ),
        ]
        indexes = [models.Index(fields=["provider", "held_on"], name="standardisation_of_a_provider")]

    def __str__(self) -> str:
        return f"standardisation {self.pk}"

    def fingerprint(self) -> str:
        return digest(
            {
                "provider": self.provider_id,
                "standard": self.standard_id,
                "held_on": self.held_on,
                "agreed": self.agreed,
                "supersedes": self.supersedes_id,
                "correction_reason": self.correction_reason,
                "people": sorted([str(one.pk), str(one.person_id)] for one in self.people.all()),
                "judgements": sorted(
                    [str(one.pk), str(one.decision_id), str(one.person_id), str(one.outcome)]
                    for one in self.judgements.all()
                ),
                "by": self.by_id,
                "at": self.at,
            }
        )


class StandardisationPerson(models.Model):
    """Somebody who was there."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Standardisation, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="once_at_each_standardisation")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.record_id}"


class StandardisationJudgement(models.Model):
    """How one of them judged the work that a decision was about, for the sake of comparing. It changes no decision."""

    class Outcome(models.TextChoices):
        MET = "met", _("Met")
        NOT_YET = "not_yet", _("Not yet")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Standardisation, on_delete=models.PROTECT, related_name="judgements")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "decision", "person"], name="each_judges_once_at_a_standardisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.person_id}"


class StandardisationAction(models.Model):
    """What somebody does after a standardisation, and by when. It stays with the record that it was agreed in."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Standardisation, on_delete=models.PROTECT, related_name="actions")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    action = models.TextField(max_length=2_000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = StandardisationActionQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "record"}

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(action=""), name="an_agreed_action_says_what")]
        indexes = [models.Index(fields=["provider", "due_on"], name="agreed_actions_of_a_provider")]

    def __str__(self) -> str:
        return f"action of {self.record_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "record": self.record_id,
                "provider": self.provider_id,
                "action": self.action,
                "owner": self.owner_id,
                "due_on": self.due_on,
                "by": self.by_id,
                "at": self.at,
            }
        )


class StandardisationNote(models.Model):
    """That an action was done, given up, or is open again, and in which words. The newest counts."""

    class Kind(models.TextChoices):
        DONE = "done", _("Done")
        GIVEN_UP = "given_up", _("Given up")
        OPENED = "opened", _("Open again")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    action = models.ForeignKey(StandardisationAction, on_delete=models.PROTECT, related_name="notes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.TextField(max_length=5_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="one_note_of_an_action_after_the_other"),
            models.CheckConstraint(condition=~Q(words=""), name="a_note_of_an_action_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.action_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "action": self.action_id,
                "number": self.number,
                "kind": str(self.kind),
                "words": self.words,
                "by": self.by_id,
                "at": self.at,
            }
        )
