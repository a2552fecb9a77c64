"""The words for reading the record."""

from typing import TYPE_CHECKING, NamedTuple, Self
from uuid import UUID

from django.db import models
from django.db.models import Max

from audit.actions import removals

if TYPE_CHECKING:
    from audit.models import AccountEvent, Entry


class Place(NamedTuple):
    """Where something about a row was written down: in a chain, or among the events of accounts."""

    chain: UUID | None
    subject: str
    number: int


class EntryQuerySet(models.QuerySet["Entry"]):
    def of_organisation(self, organisation: models.Model) -> Self:
        """An organisation's record."""
        return self.filter(chain=organisation.pk)

    def of_subject(self, row: models.Model) -> Self:
        """What was done to one row."""
        return self.filter(subject_type=row._meta.label_lower, subject=str(row.pk))

    def newest_first(self) -> Self:
        """In one chain, from its end."""
        return self.order_by("-sequence")

    def with_fingerprint(self) -> Self:
        """Entries that keep the fingerprint of the row they speak of."""
        return self.exclude(fingerprint="")

    def newest_of_each(self, subject_type: str, subjects: list[str]) -> set[Place]:
        """Where the newest of these entries is for each chain and subject, for some subjects of one kind."""
        entries = self.filter(subject_type=subject_type, subject__in=subjects).order_by()
        newest = entries.values_list("chain", "subject").annotate(Max("sequence"))
        return {Place(*found) for found in newest}


class EventQuerySet(models.QuerySet["AccountEvent"]):
    def with_fingerprint(self) -> Self:
        """Events that keep the fingerprint of the row they speak of."""
        return self.exclude(fingerprint="")

    def newest_of_each(self, subject_type: str, subjects: list[str]) -> set[Place]:
        """Where the newest of these events is for each subject, for some subjects of one kind."""
        events = self.filter(subject_type=subject_type, subject__in=subjects).order_by()
        return {Place(None, *found) for found in events.values_list("subject").annotate(Max("pk"))}

    def removed(self, subject_type: str, subjects: list[str]) -> set[str]:
        """Those of these subjects that were removed on purpose."""
        events = self.filter(subject_type=subject_type, subject__in=subjects, action__in=removals())
        return set(events.values_list("subject", flat=True))

    def unsealed(self) -> Self:
        """Those that no entry holds yet, oldest first."""
        return self.filter(sealed_in=None).order_by("pk")
