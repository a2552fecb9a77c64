"""Sending progress reviews to be signed."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete
from programme import access
from programme.audit_actions import REVIEW_HELD, REVIEW_SENT
from programme.models import ReviewState, SignedKind, SignedVersion
from programme.reviewing.sections import sections_of
from programme.reviewing.statements import content_of
from programme.reviewing.words import written
from programme.standing import before_of, carried_from, standing_of
from programme.workflow.reviews import (
    locked_review,
    require_before_gateway,
    require_holder,
    require_not_cancelled,
    write_notes,
)
from programme.workflow.signatures import issue_version, newest_version

ISSUE = Act(
    "issue_review",
    access.can_hold_reviews,
    {
        state: [ReviewState.WAITING]
        for state in (ReviewState.PLANNED, ReviewState.HELD, ReviewState.WAITING, ReviewState.COMPLETE)
    },
)


@transaction.atomic
def issue_review(
    review_id: UUID, by: Actor, *, revision: int, words: Mapping[str, str], reason: str = ""
) -> SignedVersion:
    """Freeze what was written, sign it for the provider, and ask the apprentice and the employer to sign it.

    Once it was signed, other words make another version, for a reason that all read: it is signed again by all. The
    same words again return the version that there is.

    Args:
        revision, words: as for `keep_notes`.

    Raises:
        NotAllowed: `by` does not hold its reviews.
        OutOfTurn: it was cancelled, or the gateway is passed: what was declared stays as it is.
        Incomplete: with the field in which something is missing; for a correction, the reason.
        StaleNotes: as for `keep_notes`.
    """
    review = locked_review(review_id)
    require_holder(by, review)
    require_not_cancelled(review)
    require_before_gateway(review)
    apprenticeship = review.apprenticeship
    notes = write_notes(review, by, revision=revision, words=words)
    begun_with = before_of(review)
    sections, carried = sections_of(review.template), carried_from(begun_with.review)
    said = written(notes.words, sections, carried, review.pk, apprenticeship.started_on)
    before = newest_version(SignedKind.REVIEW, review.pk)
    standing = before.shared["standing"] if before else standing_of(review, begun_with.plan).to_json()
    content = content_of(review, apprenticeship, said, sections, standing)
    if before and before.content == content:
        return before
    if before and not reason.strip():
        raise Incomplete(_("Say why you correct a review that was signed."), field="reason")
    if (review.held_on, bool(review.issued_at)) != (said.held_on, True):
        action = REVIEW_SENT if review.held_on == said.held_on else REVIEW_HELD
        review.held_on = said.held_on
        review.issued_at = review.issued_at or clock.now()
        review.save(update_fields=["held_on", "issued_at"])
        audit.record(action, by, review, organisation=apprenticeship.provider, held_on=said.held_on)
    return issue_version(apprenticeship, SignedKind.REVIEW, review.pk, by, content, reason)
