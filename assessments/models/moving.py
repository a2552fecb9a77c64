"""Learners who moved to another text of their standard, and what carried over to it."""

from collections.abc import Iterable
from uuid import uuid4

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.querysets.moving import TransitionQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Ksb, Option, StandardVersion


class Transition(models.Model):
    """One learner moved from one text of their standard to another, or, with `undoes`, moved back again.

    What was judged before stays with the statements it was judged for. Which statement of the later text each of them
    stands for is kept beside this row, and assessments.carrying reads it; moving back reads it the other way.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="transitions")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Place among the moves of this apprenticeship, from 1.")
    act = models.UUIDField(
        help_text="The same for all who were moved by one press of the button; of an undoing, its own."
    )
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    before_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="transitions_away")
    before_option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    after_version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="transitions_here")
    after_option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    carried_sha256 = models.CharField(max_length=64, help_text="Digest of which statement stands for which.")

    objects = TransitionQuerySet.as_manager()
    append_only = True
    verified_with = ("carry_overs", "undoes__carry_overs")
    same_as_parent = {"provider": "apprenticeship"}

    class Meta:
        ordering = ["apprenticeship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["apprenticeship", "number"], name="one_move_after_the_other"),
            models.UniqueConstraint(fields=["apprenticeship", "act"], name="one_move_per_apprenticeship_and_act"),
        ]
        indexes = [models.Index(fields=["act"], name="transitions_of_an_act")]

    def __str__(self) -> str:
        return f"move {self.number} of {self.apprenticeship_id}"

    def fingerprint(self) -> str:
        return digest(
            {
                "apprenticeship": self.apprenticeship_id,
                "provider": self.provider_id,
                "number": self.number,
                "act": self.act,
                "undoes": self.undoes_id,
                "before": [self.before_version_id, self.before_option_id],
                "after": [self.after_version_id, self.after_option_id],
                "by": self.by_id,
                "at": self.at,
                "carried": self.carried_sha256,
            }
        )

    def contradiction(self) -> str | None:
        """Where the ways beside it, or beside the move that it undoes, are not those of its hash; None if they are."""
        ways = self.undoes.carry_overs if self.undoes else self.carry_overs
        if self.carried_sha256 != KsbCarryOver.digest_of(ways.all()):
            return "which statement goes on from which is not what its hash was made of"
        if self.undoes and self.carry_overs.all():
            return "it goes back, and has ways of its own"
        return None


class KsbCarryOver(models.Model):
    """A statement of the later text that goes on from one of the earlier text, in one transition."""

    class Kind(models.TextChoices):
        UNCHANGED = "unchanged"
        RENUMBERED = "renumbered"
        REWORDED = "reworded"

    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="carry_overs")
    before = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="carried_over")
    after = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="carried_here")
    kind = models.CharField(max_length=10, choices=Kind.choices)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transition", "before"], name="a_statement_carries_over_to_one"),
            models.UniqueConstraint(fields=["transition", "after"], name="a_statement_goes_on_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} goes on as {self.after_id}"

    @staticmethod
    def digest_of(ways: "Iterable[KsbCarryOver]") -> str:
        """What a transition keeps of all the ways beside it."""
        return digest(sorted([str(way.before_id), str(way.after_id), str(way.kind)] for way in ways))


class WordingConfirmation(models.Model):
    """An assessor's word that what was judged under the earlier words of a statement holds under the later ones."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    carry_over = models.OneToOneField(KsbCarryOver, on_delete=models.PROTECT, related_name="confirmation")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    append_only = True
    verified_with = ("carry_over",)

    def __str__(self) -> str:
        return f"confirmation of {self.carry_over_id}"

    def fingerprint(self) -> str:
        way = self.carry_over
        return digest(
            {
                "transition": way.transition_id,
                "statements": [way.before_id, way.after_id],
                "by": self.by_id,
                "at": self.at,
            }
        )
