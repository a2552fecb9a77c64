"""Filling the comments of an assessor from what they send, and managing them and the provider's."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from assessments import access
from assessments.audit_actions import COMMENT_CHANGED, COMMENT_REMOVED, COMMENT_SHARED
from assessments.commenting.comments import Comment, digest_of, without_name
from assessments.feedback import MOST_IN_PART, Feedback
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete
from core.writing import update


def learn(by: Actor, apprenticeship: Apprenticeship, said: Iterable[Feedback]) -> None:
    """Keep each part of feedback that is sent as a comment of its author, without the apprentice's name, and count it.

    What is one of the provider's comments is counted there. Called within the sending of a review.
    """
    name = apprenticeship.apprentice.name
    texts = (without_name(text, name) for feedback in said for text in feedback.tidy().texts().values() if text)
    uses = Counter(text for text in texts if text)
    if not uses:
        return
    by_digest = {digest_of(text): text for text in uses}
    here = Comment.objects.unscoped().filter(provider=apprenticeship.provider_id, sha256__in=by_digest)
    # In one order, so that two people who use the same comments of the provider wait for one another in turn.
    usable = here.filter(Q(owner=None) | Q(owner=by.person)).order_by("sha256", "pk").select_for_update(no_key=True)
    kept = list(usable)
    if unknown := by_digest.keys() - {comment.sha256 for comment in kept}:
        new = [
            Comment.saying(by_digest[digest], provider_id=apprenticeship.provider_id, owner_id=by.person)
            for digest in sorted(unknown)
        ]
        Comment.objects.bulk_create(new, ignore_conflicts=True)
        kept = list(usable.all())
    shared = {comment.sha256 for comment in kept if comment.owner_id is None}
    used = [comment for comment in kept if comment.owner_id is None or comment.sha256 not in shared]
    for comment in used:
        comment.uses, comment.used_at = comment.uses + uses[by_digest[comment.sha256]], clock.now()
    update(used, ["uses", "used_at"])


@transaction.atomic
def add_comment(by: Actor, text: str, *, for_all: bool) -> Comment:
    """Add a comment of one's own, or one for everybody who assesses at the provider. Added twice, it is there once.

    Raises:
        NotAllowed: `by` neither assesses nor, for everybody's, manages the provider's comments.
        Incomplete: nothing, or too much.
    """
    require(access.manages_comments(by) if for_all else access.keeps_comments(by), _refused())
    owner = None if for_all else by.person
    wanted = Comment.saying(_checked(text), provider_id=by.organisation_id, owner_id=owner)
    kept = Comment.objects.visible_to(by).filter(owner=owner, sha256=wanted.sha256).first()
    if kept:
        return kept
    wanted.save()
    if for_all:
        audit.record(COMMENT_SHARED, by, wanted, organisation=wanted.provider)
    return wanted


@transaction.atomic
def share_comment(comment_id: UUID, by: Actor) -> Comment:
    """Offer one of one's own comments to everybody who assesses at the provider, as a copy. Shared twice, it is once.

    Raises:
        NotAllowed: `by` does not assess.
    """
    require(access.keeps_comments(by), _refused())
    own = Comment.objects.visible_to(by).select_for_update(no_key=True).get(pk=comment_id, owner=by.person)
    there = Comment.objects.visible_to(by).filter(owner=None, sha256=own.sha256).first()
    if there:
        return there
    shared = Comment.saying(own.text, provider_id=own.provider_id, owner_id=None)
    shared.save()
    audit.record(COMMENT_SHARED, by, shared, organisation=shared.provider)
    return shared


@transaction.atomic
def change_comment(comment_id: UUID, by: Actor, text: str) -> Comment:
    """Say a comment in other words. Where there is one in these words already, it takes over the uses.

    Raises:
        NotAllowed: `by` may not change it.
        Incomplete: nothing, or too much.
    """
    comment = _locked(comment_id, by)
    text = _checked(text)
    if text == comment.text:
        return comment
    twin = Comment.objects.visible_to(by).filter(owner=comment.owner_id, sha256=digest_of(text)).first()
    if twin:
        comment.uses += twin.uses
        twin.delete()
    comment.text, comment.sha256 = text, digest_of(text)
    comment.save(update_fields=["text", "sha256", "uses"])
    if comment.owner_id is None:
        audit.record(COMMENT_CHANGED, by, comment, organisation=comment.provider)
    return comment


@transaction.atomic
def remove_comment(comment_id: UUID, by: Actor) -> None:
    """Remove a comment. What was written with it stays as it is.

    Raises:
        NotAllowed: `by` may not remove it.
    """
    comment = _locked(comment_id, by)
    if comment.owner_id is None:
        audit.record(COMMENT_REMOVED, by, comment, organisation=comment.provider)
    comment.delete()


def _locked(comment_id: UUID, by: Actor) -> Comment:
    comment = Comment.objects.visible_to(by).select_for_update(no_key=True).get(pk=comment_id)
    may = access.manages_comments(by) if comment.owner_id is None else access.keeps_comments(by)
    require(may, _refused())
    return comment


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Incomplete(_("Write the comment."), field="text")
    if len(text) > MOST_IN_PART:
        raise Incomplete(_("Use %(n)d characters or fewer.") % {"n": MOST_IN_PART}, field="text")
    return text


def _refused() -> str:
    return _("You cannot change this comment.")
