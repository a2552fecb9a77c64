"""The words for reading the record."""

from typing import Self

from django.db import models
from django.db.models import Max


class EntryQuerySet(models.QuerySet):
    def of_organisation(self, organisation: models.Model) -> Self:
        """What belongs to an organisation's record."""
        return self.filter(organisation=organisation.pk)

    def of_subject(self, row: models.Model) -> Self:
        """What was done to one row."""
        return self.filter(subject_type=row._meta.label_lower, subject=str(row.pk))

    def newest_first(self) -> Self:
        return self.order_by("-sequence")

    def with_fingerprint(self) -> Self:
        """Entries that keep the fingerprint of the row they speak of."""
        return self.filter(data__has_key="fingerprint")

    def newest_of_each(self, subject_type: str, subjects: list[str]) -> dict[str, int]:
        """The sequence of the newest of these entries for each of some subjects of one kind, by subject."""
        entries = self.filter(subject_type=subject_type, subject__in=subjects).order_by()
        return dict(entries.values_list("subject").annotate(Max("sequence")))
