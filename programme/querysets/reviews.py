"""The words for reading progress reviews. Each `visible_to` is the only rule of its kind."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.access import roles_of
from accounts.models import ROLES_OF_KIND, Organisation
from apprenticeships.querysets import OfApprenticeshipQuerySet, reach_of
from core.actor import Actor
from core.scope import ScopedQuerySet

if TYPE_CHECKING:
    from programme.models.reviews import (
        ProgressReview,
        ReviewNotes,
        ReviewRhythm,
        ReviewTemplate,
    )


class ReviewTemplateQuerySet(ScopedQuerySet["ReviewTemplate"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the provider that `actor` works for."""
        rows = self.unscoped()
        if not roles_of(actor) & set(ROLES_OF_KIND[Organisation.Kind.PROVIDER]):
            return rows.none()
        return rows.filter(provider=actor.organisation_id)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class ReviewRhythmQuerySet(OfApprenticeshipQuerySet["ReviewRhythm"]):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class ProgressReviewQuerySet(OfApprenticeshipQuerySet["ProgressReview"]):
    def standing(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def being_prepared(self) -> Self:
        """Planned or held, and not sent to be signed yet."""
        return self.standing().filter(issued_at=None)

    def with_signatures(self) -> Self:
        """With `signed_provider`, `signed_apprentice`, `signed_employer` and `is_complete`, of the newest version."""
        from programme.models.signatures import Party, PartySignature, SignedVersion

        newest = SignedVersion.objects.unscoped().filter(about=OuterRef("pk")).order_by("-number").values("pk")[:1]
        rows = self.annotate(newest_version=Subquery(newest))
        signed = PartySignature.objects.unscoped().standing().filter(version=OuterRef("newest_version"))
        rows = rows.annotate(**{f"signed_{party.value}": Exists(signed.filter(party=party)) for party in Party})
        return rows.annotate(
            is_complete=Coalesce(
                Exists(signed.filter(party=Party.PROVIDER))
                & Exists(signed.filter(party=Party.APPRENTICE))
                & Exists(signed.filter(party=Party.EMPLOYER)),
                Value(False),
            )
        )

    def newest_first(self) -> Self:
        return self.order_by("-planned_at", "-pk")


class ReviewNotesQuerySet(ScopedQuerySet["ReviewNotes"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the apprentices whose reviews `actor` holds: nobody else reads what is not finished."""
        reach = reach_of(actor)
        return self.unscoped().filter(review__apprenticeship__in=(reach.assessing | reach.watching) - reach.own)
