"""Who may mark an outcome, mark it a second time and release the result."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, Role
from apprenticeships.access import assesses, has_conflict, is_competent_assessor_of
from apprenticeships.models import Apprenticeship
from assessments.results.models import OutcomeResult
from core.actor import Actor


def marks(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` marks outcomes of this apprentice: for what pages offer. Rules of change ask `can_mark`."""
    return assesses(actor, apprenticeship) and can_mark(actor, apprenticeship)


def can_mark(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """An assigned assessor who is competent in the standard marks outcomes; never one with a conflict of interest."""
    return is_competent_assessor_of(actor, apprenticeship)


def of_attempt(result: OutcomeResult) -> QuerySet[OutcomeResult]:
    """A result with those that it corrects, and by which it was corrected."""
    found: QuerySet[OutcomeResult] = OutcomeResult.objects.unscoped().filter(
        apprenticeship=result.apprenticeship_id, outcome=result.outcome_id, attempt=result.attempt
    )
    return found


def had_a_part(actor: Actor, result: OutcomeResult) -> bool:
    """Whether `actor` marked an attempt, first, again or in a correction."""
    mine = Q(marker=actor.person_id) | Q(second_marks__by=actor.person_id)
    return of_attempt(result).filter(mine).exists()


def is_unconcerned_by(actor: Actor, result: OutcomeResult) -> bool:
    """Whether `actor` had no part in an attempt: neither marked it, also before a correction, nor is its apprentice.

    Nor does a conflict of interest stand between them and the apprentice.
    """
    if actor.person_id == result.apprenticeship.apprentice_id or has_conflict(actor.person_id, result.apprenticeship):
        return False
    return not of_attempt(result).filter(marker=actor.person_id).exists()


def can_mark_again(actor: Actor, result: OutcomeResult) -> bool:
    """A quality assurer, or another competent assessor of the apprentice, marks again; never whoever marked it."""
    may = _holds(actor, result.provider_id, Role.IQA) or is_competent_assessor_of(actor, result.apprenticeship)
    return may and is_unconcerned_by(actor, result)


def can_release(actor: Actor, result: OutcomeResult) -> bool:
    """Quality assurers and admins release results that they had no part in, if they have no conflict of interest."""
    return _holds(actor, result.provider_id, Role.IQA, Role.PROVIDER_ADMIN) and is_unconcerned_by(actor, result)


def _holds(actor: Actor, provider: UUID, *roles: str) -> bool:
    return Membership.objects.acting(actor).filter(organisation=provider, role__in=roles).exists()
