"""Comments to write feedback with: whose they are, who may read them, and how a text becomes one."""

import re
from hashlib import sha256
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.scope import ScopedQuerySet

#: What stands in a comment where an apprentice was named.
NAME = "[name]"


class CommentQuerySet(ScopedQuerySet["Comment"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and the provider's; never a colleague's. Whether somebody may use any, `access` says."""
        rows = self.unscoped()
        if actor.person_id is None or actor.organisation_id is None:
            return rows.none()
        return rows.filter(Q(owner=None) | Q(owner=actor.person_id), provider=actor.organisation_id)

    def most_used_first(self) -> Self:
        return self.order_by("-uses", "-used_at", "pk")


class Comment(models.Model):
    """A text to write feedback with: of one assessor at one provider, or without an owner, of everybody's there."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.TextField(max_length=2_000)
    sha256 = models.CharField("SHA-256 of the text", max_length=64)
    uses = models.PositiveIntegerField(default=0, help_text="In how many claims it was sent.")
    used_at = models.DateTimeField(default=clock.now)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "owner", "sha256"],
                condition=Q(owner__isnull=False),
                name="one_comment_of_its_own_per_assessor_and_text",
            ),
            models.UniqueConstraint(
                fields=["provider", "sha256"], condition=Q(owner=None), name="one_comment_per_provider_and_text"
            ),
        ]
        indexes = [models.Index(fields=["provider", "owner", "-uses"], name="comments_most_used_first")]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @classmethod
    def saying(cls, text: str, *, provider_id: object, owner_id: object) -> Self:
        """A comment that is not saved yet."""
        return cls(provider_id=provider_id, owner_id=owner_id, text=text, sha256=digest_of(text), used_at=clock.now())


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def without_name(text: str, name: str) -> str | None:
    """A text with `[name]` where it names somebody; None where that leaves a part of their name in it.

    A name is replaced as it is written, so that “will” stays a word beside an apprentice called Will. What is then
    still like a part of the name may be either, and becomes no comment.
    """
    parts = name.split()
    for whole in (name, *parts[:1]):
        text = re.sub(rf"\b{re.escape(whole)}\b", NAME, text)
    left = text.replace(NAME, "")
    if any(re.search(rf"\b{re.escape(part)}\b", left, re.IGNORECASE) for part in parts if len(part) > 1):
        return None
    return text
