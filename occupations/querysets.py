"""The words for reading the catalogue. It is published by the state and the same for everybody who is signed in."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from occupations.models import StandardVersion


class StandardVersionQuerySet(models.QuerySet):
    def matching(self, words: str) -> Self:
        """Versions whose title or references hold each of `words`."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(standard__reference__icontains=word)
                | Q(occupation_reference__icontains=word)
            )
        return found

    def newest_of(self, number: str) -> "StandardVersion | None":
        """The latest correction of the version with this number."""
        return self.filter(version=number).order_by("-correction").first()

    def newest(self) -> "StandardVersion | None":
        """The one with the highest number, as last corrected."""
        return max(self, key=lambda held: (held.number_parts, held.correction), default=None)

    def by_reference(self) -> Self:
        return self.order_by("standard__reference", "version")

    def with_ksb_count(self) -> Self:
        return self.select_related("standard").annotate(ksb_count=Count("ksbs"))

    def with_everything(self) -> Self:
        """With all that the page of one version shows, in three queries."""
        return self.select_related("standard").prefetch_related("products", "ksbs")


class KsbQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours, each by number."""
        return self.order_by("position")
