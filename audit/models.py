"""The append-only record of who did what, in chains: one for each organisation and one for the installation.

It knows no other part of the system: organisations, people and subjects are named by id.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Q

from audit.querysets import EntryQuerySet, EventQuerySet, Place
from core import clock
from core.canonical import digest

#: What the first entry of a chain has for the hash of the one before it.
GENESIS_HASH = "0" * 64
#: The chain of the installation itself: of what belongs to no organisation. Its id is lower than every other.
INSTALLATION = UUID(int=0)


@dataclass(frozen=True)
class MayChange:
    """The one change that a guarded table allows: these columns, where a condition in SQL on OLD and NEW holds."""

    columns: tuple[str, ...]
    when: str


class Chain(models.Model):
    """One record, and where it ends: locked while an entry is added, and moving forward only."""

    id = models.UUIDField(primary_key=True, help_text="The organisation's id; zero for the installation itself.")
    opened_at = models.DateTimeField(default=clock.now)
    sequence = models.PositiveBigIntegerField(default=0, help_text="Of the newest entry.")
    hash = models.CharField(max_length=64, default=GENESIS_HASH, help_text="Of the newest entry.")

    may_change = MayChange(("sequence", "hash"), "NEW.sequence > OLD.sequence")
    always_recorded = True

    def __str__(self) -> str:
        return "the installation’s chain" if self.pk == INSTALLATION else f"chain {self.pk}"

    def fingerprint(self) -> str:
        return digest({"id": self.pk, "opened_at": self.opened_at})


class Happened(models.Model):
    """What somebody did to a row: the columns that entries and events of accounts share.

    The actor is a person, or whoever held a signed link, or, where both are empty, the system itself.
    """

    at = models.DateTimeField()
    actor_person = models.UUIDField(null=True, blank=True)
    actor_link = models.UUIDField(null=True, blank=True)
    actor_organisation = models.UUIDField(null=True, blank=True, help_text="For which organisation they acted.")
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Of the subject's row, as it was left.")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_person=None) | Q(actor_link=None), name="%(class)s_has_one_actor_at_most"
            )
        ]

    def facts(self) -> dict[str, object]:
        """The columns of this part, as they go into a hash."""
        return {
            "at": self.at,
            "actor_person": self.actor_person,
            "actor_link": self.actor_link,
            "actor_organisation": self.actor_organisation,
            "action": self.action,
            "subject_type": self.subject_type,
            "subject": self.subject,
            "data": self.data,
            "fingerprint": self.fingerprint,
        }


class Entry(Happened):
    """One thing that happened: never changed, never removed, chained to the entry before it by its hash."""

    id = models.BigAutoField(primary_key=True)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries", db_index=False)
    sequence = models.PositiveBigIntegerField()
    format_version = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()
    append_only = True

    class Meta(Happened.Meta):
        verbose_name_plural = "entries"
        ordering = ["id"]
        constraints = [
            *Happened.Meta.constraints,
            models.UniqueConstraint(fields=["chain", "sequence"], name="one_entry_per_place_in_a_chain"),
        ]
        indexes = [models.Index(fields=["subject_type", "subject", "sequence"], name="entries_of_a_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def place(self) -> Place:
        return Place(self.chain_id, self.subject, self.sequence)


class AccountEvent(Happened):
    """Something about how somebody signs in, or about their account.

    It is a row of its own, so that nobody waits for a chain to sign in. A job seals such rows into the installation's
    chain, in batches; from then on they cannot be altered unseen.
    """

    id = models.BigAutoField(primary_key=True)
    sealed_in = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Sequence of the entry of the installation's chain that holds it."
    )

    objects = EventQuerySet.as_manager()
    may_change = MayChange(("sealed_in",), "OLD.sealed_in IS NULL AND NEW.sealed_in IS NOT NULL")

    class Meta(Happened.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(fields=["sealed_in", "id"], name="events_of_a_seal"),
            models.Index(fields=["id"], condition=Q(sealed_in=None), name="events_to_seal"),
            models.Index(fields=["subject", "id"], condition=~Q(fingerprint=""), name="events_with_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"event {self.pk}: {self.action}"

    @property
    def place(self) -> Place:
        return Place(None, self.subject, self.pk)

    def leaf(self) -> bytes:
        """What stands for this event in the seal of its batch."""
        return bytes.fromhex(digest({"id": self.pk} | self.facts()))


class ErasedRow(models.Model):
    """That personal data was taken out of a row: the row’s fingerprint before and after.

    While `after` is empty, the guards let the texts of this row be changed, and no other column. The fingerprint of the
    act, which is in the record, is also of all its rows of this kind.
    """

    id = models.BigAutoField(primary_key=True)
    act = models.UUIDField(help_text="The erasure that it is part of.")
    subject_type = models.CharField(max_length=64)
    key = models.CharField(max_length=64, help_text="The row’s primary key, without hyphens.")
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)

    may_change = MayChange(("after",), "OLD.after = '' AND NEW.after <> ''")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "subject_type", "key"], name="a_row_is_erased_once_by_one_act"),
        ]
        indexes = [models.Index(fields=["subject_type", "key"], name="erasures_of_a_row")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.key}"
