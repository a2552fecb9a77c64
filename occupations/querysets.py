"""The words for reading standards. The catalogue is for everybody; a provider's own are for its people."""

import re
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, Q

from accounts.access import is_catalogue_keeper
from accounts.models import Membership
from core.actor import Actor
from core.scope import Row, ScopedQuerySet
from occupations import sight

if TYPE_CHECKING:
    from accounts.models import Organisation
    from occupations.models import ImportDraft, Ksb, Option, Revision, SearchEntry, Standard, StandardVersion

_SLUG = re.compile(r"(?P<reference>[A-Z]{2}[0-9]{4})(?P<of_owner>-[0-9]{8})?")


class OfStandardQuerySet(ScopedQuerySet[Row]):
    """Standards, or rows that belong to the standard at the end of `path`."""

    path = ""

    def _about(self, **conditions: object) -> Q:
        prefix = f"{self.path}__" if self.path else ""
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    def visible_to(self, actor: Actor) -> Self:
        """The catalogue that every provider uses, and the private standards that `actor` has a reason to see."""
        if not actor.person_id:
            return self.unscoped().none()
        private = self._about(pk__in=sight.private_standards_of(actor))
        return self.unscoped().filter(self._about(owner=None) | private)

    def of_owner(self, owner: "Organisation | None") -> Self:
        """The private ones of a provider; those of the catalogue where `owner` is None. For workflow functions."""
        return self.unscoped().filter(self._about(owner=owner))

    def usable_by(self, provider: "Organisation") -> Self:
        """What a provider can put its apprentices on: the catalogue, and its own."""
        return self.unscoped().filter(self._about(owner=None) | self._about(owner=provider))

    def addressed(self, slug: str) -> Self:
        """Those of the standard that an address names."""
        return self.filter(self._about(slug=slug)) if _SLUG.fullmatch(slug) else self.none()


class StandardQuerySet(OfStandardQuerySet["Standard"]):
    pass


class SearchEntryQuerySet(OfStandardQuerySet["SearchEntry"]):
    path = "standard"


class StandardVersionQuerySet(OfStandardQuerySet["StandardVersion"]):
    path = "standard"

    def newest_of(self, number: str) -> "StandardVersion | None":
        """The latest correction of the version with this number."""
        return self.filter(version=number).order_by("-correction").first()

    def newest(self) -> "StandardVersion | None":
        """The one with the highest number, as last corrected."""
        return max(self, key=lambda held: (held.number_parts, held.correction), default=None)

    def with_everything(self) -> Self:
        """With all parts of what a version says, in a fixed number of queries."""
        return self.select_related("standard").prefetch_related(
            "products", "options", "ksbs__options", "duties__options", "duties__ksbs", "assessments__ksbs"
        )


class KsbQuerySet(models.QuerySet["Ksb"]):
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


class RevisionQuerySet(OfStandardQuerySet["Revision"]):
    path = "version__standard"

    def visible_to(self, actor: Actor) -> Self:
        """Those of standards that `actor` may change: keepers the catalogue's, admins their provider's."""
        if not actor.person_id:
            return self.unscoped().none()
        administered = Membership.objects.acting(actor).administering().values("organisation")
        changed = self._about(owner__in=administered)
        if is_catalogue_keeper(actor):
            changed |= self._about(owner=None)
        return self.unscoped().filter(changed)

    def open(self) -> Self:
        """Those that nobody has adopted."""
        return self.filter(adopted_at=None)

    def with_version(self) -> Self:
        return self.select_related("version__standard__owner", "seen_by", "adopted_by", "adopted_as")


class OfVersionQuerySet(OfStandardQuerySet[Row]):
    """Rows that belong to a version and are read through it."""

    path = "version__standard"


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own uploads."""
        return self.filter(uploaded_by=actor.person_id)

    def unfinished(self) -> Self:
        """Those that were confirmed and interrupted, the oldest first."""
        return self.filter(state="writing").order_by("confirmed_at", "pk")
