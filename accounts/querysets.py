"""The words for reading people and their places in organisations."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core import clock

if TYPE_CHECKING:
    from accounts.models import User


class PeriodQuerySet(models.QuerySet):
    """Rows with `started_on` and `ended_on`: they hold from the first day up to, not including, the last."""

    def live(self) -> Self:
        """Rows that hold today."""
        today = clock.today()
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=today), started_on__lte=today)


class MembershipQuerySet(PeriodQuerySet):
    def live(self) -> Self:
        """Memberships that give rights today: neither they nor their organisation have ended."""
        today = clock.today()
        return super().live().filter(Q(organisation__ended_on=None) | Q(organisation__ended_on__gt=today))

    def acting(self, user: "User") -> Self:
        """What `user` may act as now: live memberships in the organisation they act for. Without one, none."""
        if user.acting_for is None:
            return self.none()
        return self.live().filter(user=user, user__is_active=True, organisation=user.acting_for)

    def administering(self) -> Self:
        """Those that make their holder an admin of a training provider."""
        return self.filter(role="provider_admin", organisation__kind="provider")

    def keeping(self) -> Self:
        """Those that make their holder a keeper of the catalogue."""
        return self.filter(role="catalogue_keeper")

    def visible_to(self, user: "User") -> Self:
        """Own memberships, and all those of the provider one administers."""
        if not user.is_authenticated:
            return self.none()
        administered = self.model.objects.acting(user).administering().values("organisation")
        return self.filter(Q(user=user) | Q(organisation__in=administered))

    def with_second_factor(self) -> Self:
        """With `has_second_factor`: whether the member has an authenticator app or a passkey now."""
        from allauth.mfa.models import Authenticator

        factors = Authenticator.objects.filter(
            user=OuterRef("user"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        )
        return self.annotate(has_second_factor=Exists(factors))


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Invitations to the provider one administers, those one sent to an employer, and for keepers those to keep."""
        from accounts.models import Membership

        if not user.is_authenticated:
            return self.none()
        administered = Membership.objects.acting(user).administering().values("organisation")
        sent_to_employers = Q(invited_by=user, organisation__kind="employer") & Exists(administered)
        keeps = Exists(Membership.objects.live().keeping().filter(user=user))
        return self.filter(Q(organisation__in=administered) | sent_to_employers | Q(role="catalogue_keeper") & keeps)

    def unanswered(self) -> Self:
        """Neither accepted nor withdrawn; the link may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self) -> Self:
        """Those whose link works now."""
        return self.unanswered().filter(expires_at__gt=clock.now())
