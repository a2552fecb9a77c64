"""Planning, holding and writing up progress reviews."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock, moments
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from programme import access
from programme.audit_actions import REVIEW_CANCELLED, REVIEW_HELD, REVIEW_MOVED, REVIEW_PLANNED
from programme.models import ProgressReview, ReviewNotes, ReviewState, ReviewTemplate
from programme.reviewing.schedule import place_of
from programme.reviewing.sections import sections_of
from programme.reviewing.words import Words, field_names, held_day, kept_words, participants_in
from programme.standing import carried_into

#: How far ahead a review is planned at most.
PLANNED_AHEAD = timedelta(days=366)


PLAN = Act("plan_review", access.can_plan_reviews, {}, creates=[ReviewState.PLANNED])
MOVE = Act("move_review", access.can_plan_reviews, {ReviewState.PLANNED: [ReviewState.PLANNED]})
HOLD = Act(
    "hold_review",
    access.can_hold_reviews,
    {ReviewState.PLANNED: [ReviewState.HELD], ReviewState.HELD: [ReviewState.HELD]},
)
CANCEL = Act(
    "cancel_review",
    access.can_plan_reviews,
    {ReviewState.PLANNED: [ReviewState.CANCELLED], ReviewState.HELD: [ReviewState.CANCELLED]},
)


class StaleNotes(OutOfTurn):
    """The page was filled in from older words than those that are kept. `kept` is what is kept."""

    def __init__(self, kept: ReviewNotes) -> None:
        super().__init__(_("This review was changed in another tab or by a colleague. Neither text is lost."))
        self.kept = kept


@transaction.atomic
def plan_review(apprenticeship_id: UUID, by: Actor, *, review_id: UUID, planned_on: date) -> ProgressReview:
    """Plan the next progress review of an apprentice. One that was not planned is recorded so, too.

    Args:
        review_id: the form's one-use token: a second call with it returns what the first one made.
        planned_on: the day; one that has passed, for a review that was held already.

    Raises:
        NotAllowed: `by` neither holds its reviews nor is an admin of the provider.
        OutOfTurn: another is planned or being written; or the apprenticeship is over or withdrawn.
        Incomplete: the day is before the start or more than a year ahead.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(PLAN.who(by, apprenticeship), _("Only the assessor, the trainer and admins plan reviews."))
    if made := ProgressReview.objects.unscoped().filter(pk=review_id).first():
        if made.apprenticeship_id != apprenticeship_id:
            raise TokenTaken
        return made
    require_open(apprenticeship)
    _require_day(planned_on, apprenticeship.started_on)
    place = place_of(apprenticeship_id)
    if place.prepared_on:
        raise OutOfTurn(
            _("A review is planned for %(day)s already. Finish, move or cancel that one first.")
            % {"day": moments.day(place.prepared_on)}
        )
    review = ProgressReview.objects.create(
        pk=review_id,
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        template=ReviewTemplate.objects.unscoped().filter(provider=apprenticeship.provider_id).newest_first().first(),
        due_on=place.due_on,
        planned_on=planned_on,
        planned_by_id=by.person,
        planned_at=clock.now(),
    )
    audit.record(REVIEW_PLANNED, by, review, organisation=apprenticeship.provider, apprenticeship=apprenticeship.pk)
    return review


@transaction.atomic
def move_review(review_id: UUID, by: Actor, planned_on: date) -> ProgressReview:
    """Plan a review for another day, before it is held.

    Raises:
        NotAllowed: `by` neither holds its reviews nor is an admin of the provider.
        OutOfTurn: it was held or cancelled.
        Incomplete: the day is before the start or more than a year ahead.
    """
    review = locked_review(review_id)
    require(MOVE.who(by, review.apprenticeship), _("Only the assessor, the trainer and admins plan reviews."))
    require_not_cancelled(review)
    if not MOVE.starts_from(review.state(is_complete=False)):
        raise OutOfTurn(
            _("This review was held on %(day)s.") % {"day": moments.day(review.held_on or review.planned_on)}
        )
    _require_day(planned_on, review.apprenticeship.started_on)
    if review.planned_on != planned_on:
        review.planned_on = planned_on
        review.save(update_fields=["planned_on"])
        audit.record(REVIEW_MOVED, by, review, organisation=review.apprenticeship.provider)
    return review


@transaction.atomic
def keep_notes(review_id: UUID, by: Actor, *, revision: int, words: Mapping[str, str]) -> ReviewNotes:
    """Keep what was typed of a review so far, for whoever holds the apprentice's reviews. Nothing is sent.

    The same words again change nothing, whatever they were filled in from.

    Args:
        revision: of the words that the page was filled in from; 0 if there were none.
        words: what stands in each field of the form.

    Raises:
        NotAllowed: `by` does not hold its reviews.
        OutOfTurn: it was cancelled.
        StaleNotes: the words were changed elsewhere since; `kept` has them.
    """
    review = locked_review(review_id)
    require_holder(by, review)
    require_not_cancelled(review)
    return write_notes(review, by, revision=revision, words=words)


@transaction.atomic
def hold_review(review_id: UUID, by: Actor, *, revision: int, words: Mapping[str, str]) -> ProgressReview:
    """Note on which day a review was held and who took part, and keep the rest of what was typed. Again, it corrects.

    Raises:
        NotAllowed: `by` does not hold its reviews.
        OutOfTurn: it was cancelled, or sent to be signed: it is corrected with a reason then; or the gateway is passed.
        Incomplete: no day, one to come, or nobody who took part.
        StaleNotes: as for `keep_notes`.
    """
    review = locked_review(review_id)
    require_holder(by, review)
    require_not_cancelled(review)
    require_before_gateway(review)
    if not HOLD.starts_from(review.state(is_complete=False)):
        raise OutOfTurn(_("This review was sent to be signed. Correct it, and say why."))
    notes = write_notes(review, by, revision=revision, words=words)
    day = held_day(notes.words, review.apprenticeship.started_on)
    participants_in(notes.words)
    if review.held_on != day:
        review.held_on = day
        review.save(update_fields=["held_on"])
        audit.record(REVIEW_HELD, by, review, organisation=review.apprenticeship.provider, held_on=day)
    return review


@transaction.atomic
def cancel_review(review_id: UUID, by: Actor, reason: str) -> ProgressReview:
    """Cancel a review that is not held after all, or that was recorded by mistake. Again, it changes nothing.

    Raises:
        NotAllowed: `by` neither holds its reviews nor is an admin of the provider.
        OutOfTurn: it was sent to be signed; or it was held, and the gateway is passed.
        Incomplete: no reason.
    """
    review = locked_review(review_id)
    require(
        CANCEL.who(by, review.apprenticeship),
        _("Only the assessor, the trainer and admins cancel reviews."),
    )
    if review.cancelled_at:
        return review
    if not CANCEL.starts_from(review.state(is_complete=False)):
        raise OutOfTurn(_("This review was sent to be signed, so it stays. Correct it, and say why."))
    if review.held_on:
        require_before_gateway(review)
    if not reason.strip():
        raise Incomplete(_("Say why it is cancelled."), field="reason")
    review.cancelled_at, review.cancelled_by_id, review.cancel_reason = clock.now(), by.person, reason.strip()
    review.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    audit.record(REVIEW_CANCELLED, by, review, organisation=review.apprenticeship.provider)
    return review


def locked_review(review_id: UUID) -> ProgressReview:
    """The review and its apprenticeship, locked for the rest of the transaction."""
    whose = ProgressReview.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=review_id)
    apprenticeship = locked_apprenticeship(whose)
    review = (
        ProgressReview.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("template")
        .get(pk=review_id)
    )
    review.apprenticeship = apprenticeship
    return review


def require_holder(actor: Actor, review: ProgressReview) -> None:
    """Refuse everybody but the assigned assessor and trainer."""
    require(
        HOLD.who(actor, review.apprenticeship),
        _("Only the assigned assessor or trainer writes up this review."),
    )


def require_not_cancelled(review: ProgressReview) -> None:
    """Refuse what only a review that stands allows."""
    if review.cancelled_at:
        raise OutOfTurn(_("This review was cancelled on %(when)s.") % {"when": moments.moment(review.cancelled_at)})


def require_before_gateway(review: ProgressReview) -> None:
    """Refuse what would change what was declared: once the gateway is passed, what a review says stays as it is."""
    learner = review.apprenticeship
    if learner.status in access.PAST_GATEWAY:
        raise OutOfTurn(
            _(
                "%(name)s is past the gateway, and this review is part of what was declared. An admin of the training "
                "provider can return the gateway first."
            )
            % {"name": learner.apprentice}
        )


def fields_of(review: ProgressReview) -> list[str]:
    """The fields of its form."""
    return field_names(sections_of(review.template), carried_into(review))


def write_notes(review: ProgressReview, by: Actor, *, revision: int, words: Mapping[str, str]) -> ReviewNotes:
    """Keep what was typed; what the page did not say stays. The review is locked."""
    notes = ReviewNotes.objects.unscoped().filter(review=review).first()
    typed: Words = kept_words(words, fields_of(review))
    if notes is None:
        return ReviewNotes.objects.create(review=review, words=typed, saved_by_id=by.person, saved_at=clock.now())
    merged: dict[str, Any] = {**notes.words, **typed}
    if merged == notes.words:
        return notes
    if notes.revision != revision:
        raise StaleNotes(notes)
    notes.words, notes.revision = merged, notes.revision + 1
    notes.saved_by_id, notes.saved_at = by.person, clock.now()
    notes.save(update_fields=["words", "revision", "saved_by", "saved_at"])
    return notes


def _require_day(planned_on: date, started_on: date) -> None:
    if planned_on < started_on:
        raise Incomplete(_("This is before the apprenticeship started."), field="planned_on")
    if planned_on > clock.today() + PLANNED_AHEAD:
        raise Incomplete(_("Choose a day within a year."), field="planned_on")
