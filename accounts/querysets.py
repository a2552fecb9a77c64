"""The words for reading people and their places in organisations."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core import clock
from core.actor import Actor
from core.scope import Row

if TYPE_CHECKING:
    from accounts.models import Invitation, Membership


class PeriodQuerySet(models.QuerySet[Row]):
    """Rows with `started_on` and `ended_on`: they hold from the first day up to, not including, the last."""

    def live(self) -> Self:
        """Rows that hold today."""
        today = clock.today()
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=today), started_on__lte=today)


class MembershipQuerySet(PeriodQuerySet["Membership"]):
    def live(self) -> Self:
        """Memberships that give rights today: neither they nor their organisation have ended."""
        today = clock.today()
        return super().live().filter(Q(organisation__ended_on=None) | Q(organisation__ended_on__gt=today))

    def acting(self, actor: Actor) -> Self:
        """What `actor` may act as now: live memberships in the organisation they act for. Without one, none."""
        if actor.organisation_id is None:
            return self.none()
        return self.live().filter(user=actor.person_id, user__is_active=True, organisation=actor.organisation_id)

    def administering(self) -> Self:
        """Those that make their holder an admin of a training provider."""
        return self.filter(role="provider_admin", organisation__kind="provider")

    def keeping(self) -> Self:
        """Those that make their holder a keeper of the catalogue."""
        return self.filter(role="catalogue_keeper")

    def ended_lately(self) -> Self:
        """Those that somebody ended in the last 90 days, for a reason, the newest first."""
        since = clock.today() - timedelta(days=90)
        ended = self.filter(ended_on__lte=clock.today(), ended_on__gte=since).exclude(end_reason="")
        return ended.order_by("-ended_on", "pk")

    def visible_to(self, actor: Actor) -> Self:
        """Own memberships, and all those of the provider one administers."""
        if not actor.person_id:
            return self.none()
        administered = self.model.objects.acting(actor).administering().values("organisation")
        return self.filter(Q(user=actor.person_id) | Q(organisation__in=administered))

    def with_second_factor(self) -> Self:
        """With `has_second_factor`: whether the member has an authenticator app or a passkey now."""
        from allauth.mfa.models import Authenticator

        factors = Authenticator.objects.filter(
            user=OuterRef("user"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        )
        return self.annotate(has_second_factor=Exists(factors))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Invitations to the provider one administers, those one sent to an employer, and for keepers those to keep."""
        from accounts.models import Membership

        if not actor.person_id:
            return self.none()
        administered = Membership.objects.acting(actor).administering().values("organisation")
        sent_to_employers = Q(invited_by=actor.person_id, organisation__kind="employer") & Exists(administered)
        keeps = Exists(Membership.objects.live().keeping().filter(user=actor.person_id))
        return self.filter(Q(organisation__in=administered) | sent_to_employers | Q(role="catalogue_keeper") & keeps)

    def unanswered(self) -> Self:
        """Neither accepted nor withdrawn; the link may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self) -> Self:
        """Those whose link works now."""
        return self.unanswered().filter(expires_at__gt=clock.now())
