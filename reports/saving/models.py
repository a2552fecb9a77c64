"""A saved way to look at the cohort."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.access import roles_of
from accounts.models import Organisation, Role
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the organisation that `actor` belongs to. What each shows is still what the reader may see."""
        here = actor.organisation_id
        found = self.unscoped().filter(organisation=here, removed_at=None)
        return found if here and roles_of(actor) - {Role.AUDITOR} else self.unscoped().none()

    def by_name(self) -> Self:
        return self.order_by("name", "pk")


class SavedView(models.Model):
    """Filters and an order of the cohort under a name. Its address says nothing of what it shows."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1_000, help_text="The filters as in an address, without names of people.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(removed_at=None), name="one_saved_view_per_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
