"""The words for reading people and their places in organisations."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from audit import clock

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
        """What `user` may act as now: live memberships in the organisation they chose to act for, if they chose one."""
        memberships = self.live().filter(user=user, user__is_active=True)
        return memberships.filter(organisation=user.acting_for) if user.acting_for else memberships
