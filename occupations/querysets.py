"""The words for reading the catalogue. It is published by the state and the same for everybody who is signed in."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, Q

if TYPE_CHECKING:
    from accounts.models import User
    from occupations.models import Option, StandardVersion


class StandardVersionQuerySet(models.QuerySet):
    def newest_of(self, number: str) -> "StandardVersion | None":
        """The latest correction of the version with this number."""
        return self.filter(version=number).order_by("-correction").first()

    def newest(self) -> "StandardVersion | None":
        """The one with the highest number, as last corrected."""
        return max(self, key=lambda held: (held.number_parts, held.correction), default=None)

    def with_everything(self) -> Self:
        """With all that the page of one version shows, in a fixed number of queries."""
        return self.select_related("standard").prefetch_related(
            "products",
            "options",
            "ksbs__options",
            "duties__options",
            "duties__ksbs",
            "assessments__ksbs",
            models.Prefetch(
                "standard__versions",
                self.model.objects.only(
                    "standard",
                    "version",
                    "correction",
                    "change",
                    "earliest_start_on",
                    "latest_start_on",
                    "status",
                    "imported_at",
                ),
            ),
        )


class KsbQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours, each by number."""
        return self.order_by("position")

    def divided_by_options(self) -> Self:
        """Those that not everybody on their version learns: they belong to options."""
        return self.filter(options__isnull=False).distinct()

    def applying_to(self, version: "StandardVersion | UUID", option: "Option | UUID | None") -> Self:
        """What somebody on `version` with `option` learns: the core, and what the option adds.

        While no option is chosen where the options differ in their KSBs, none applies: how many there are is not known.
        """
        ksbs = self.filter(version=version)
        if option is None:
            return ksbs.filter(~Exists(self.model.objects.filter(version=version).divided_by_options()))
        return ksbs.filter(Q(options=None) | Q(options=option))


class RevisionQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that nobody has adopted."""
        return self.filter(adopted_at=None)

    def with_version(self) -> Self:
        return self.select_related("version__standard", "seen_by", "adopted_by", "adopted_as")


class ImportDraftQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own uploads."""
        return self.filter(owner=user.pk)
