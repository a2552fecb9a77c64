"""The words for reading the catalogue. It is published by the state and the same for everybody who is signed in."""

from typing import Self

from django.db import models


class KsbQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """Knowledge, then skills, then behaviours, each by number."""
        return self.order_by("position")
