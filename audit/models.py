"""The append-only, hash-chained record of who did what.

It knows no other part of the system: subjects are named by type and id.
"""

from django.db import models

from audit.querysets import EntryQuerySet

#: What the first entry has for the hash of the one before it.
GENESIS_HASH = "0" * 64


class Entry(models.Model):
    """One thing that happened: never changed, never removed, chained to the entry before it by its hash."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True, help_text="Id of the person; empty where the system itself acted.")
    organisation = models.UUIDField(null=True)
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    format_version = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()
    append_only = True

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["sequence"]
        indexes = [
            models.Index(fields=["subject_type", "subject", "sequence"], name="entries_of_a_subject"),
            models.Index(fields=["organisation", "-sequence"], name="entries_of_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class Head(models.Model):
    """The newest entry's sequence and hash, in one row: locked while an entry is added, and moving forward only."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS_HASH)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_head")]

    def __str__(self) -> str:
        return f"head at {self.sequence}"
