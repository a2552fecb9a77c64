"""The words for reading files, what was made of them, and uploads. Each `visible_to` is the only rule of its kind."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q
from django.db.models.functions import Left

from accounts.access import roles_of
from accounts.models import Role
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor
from signing.reach import files_of_holder

if TYPE_CHECKING:
    from portfolios.models.files import EvidenceFile, Marker, Rendition, Upload

#: How much of a file's text is shown in place; the file itself has the rest.
EXCERPT_LENGTH = 8_000
#: Who hides a file of somebody that they see, and reads why others did.
HIDING_ROLES = frozenset({Role.ASSESSOR, Role.IQA, Role.PROVIDER_ADMIN})


class EvidenceFileQuerySet(OfApprenticeshipQuerySet["EvidenceFile"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Files of one's own evidence; other people's once they were part of a submission, or recorded by oneself.

        The holder of a link sees those of its snapshot.
        """
        if actor.link_id:
            return self.unscoped().filter(pk__in=files_of_holder(actor))
        recorded = Q(evidence__observed_by=actor.person_id)
        return self._seen_by(actor, Q(first_submitted_at__isnull=False) | recorded)

    def hideable_by(self, actor: Actor) -> Self:
        """Files that staff may hide: of the apprentices they see, also those in drafts, never their own.

        Only names and sizes of those in drafts are for them.
        """
        if not roles_of(actor) & HIDING_ROLES:
            return self.unscoped().none()
        return self._seen_by(actor).exclude(evidence__apprenticeship__apprentice=actor.person_id)

    def shown(self) -> Self:
        """Files that nobody hid or deleted."""
        return self.filter(withheld="")

    def current(self) -> Self:
        """Files that have not been taken off the working copy."""
        return self.filter(removed_at=None)

    def for_viewing(self) -> Self:
        """With the beginning of the text of each as `excerpt`; `portfolios.viewing` adds the pictures made of it."""
        return self.annotate(excerpt=Left("text__words", EXCERPT_LENGTH))


class RenditionQuerySet(OfApprenticeshipQuerySet["Rendition"]):
    path = "file__evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Pictures of the files that `actor` sees."""
        recorded = Q(file__evidence__observed_by=actor.person_id)
        return self._seen_by(actor, Q(file__first_submitted_at__isnull=False) | recorded)


class MarkerQuerySet(OfApprenticeshipQuerySet["Marker"]):
    path = "file__evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """Markers on one's own files and on what one recorded; other people's are read from what was submitted."""
        return self._seen_by(actor, Q(file__evidence__observed_by=actor.person_id))


class UploadQuerySet(OfApprenticeshipQuerySet["Upload"]):
    path = "evidence__apprenticeship"

    def visible_to(self, actor: Actor) -> Self:
        """One's own uploads."""
        return self._seen_by(actor, Q(evidence__observed_by=actor.person_id)).filter(owner=actor.person_id)

    def under_way(self) -> Self:
        """Neither whole nor given up."""
        return self.filter(finished_at=None)

    def reserving(self, now: datetime) -> Self:
        """Those whose bytes may still come, so that room is kept for them."""
        return self.under_way().filter(expires_at__gt=now)

    def oldest_first(self) -> Self:
        return self.order_by("begun_at", "pk")
