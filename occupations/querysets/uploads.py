"""The words for reading uploads of standards."""

from typing import TYPE_CHECKING, Self

from django.db import models

from core.actor import Actor

if TYPE_CHECKING:
    from occupations.models.uploads import ImportDraft


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own uploads."""
        return self.filter(uploaded_by=actor.person_id)

    def unfinished(self) -> Self:
        """Those that were confirmed and interrupted, the oldest first."""
        return self.filter(state="writing").order_by("confirmed_at", "pk")
