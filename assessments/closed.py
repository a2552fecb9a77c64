"""Why a review that an assessor had before them cannot go on: taken back, finished, or given to somebody else."""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import roles_of
from accounts.models import Role
from apprenticeships.access import has_conflict
from apprenticeships.models import Assignment
from assessments.models import Decision, Submission
from assessments.waiting import assessors_of
from core import clock
from core.actor import Actor
from core.moments import moment


class Closed(NamedTuple):
    """What the assessor is told, and the round that took its place, where there is one and they may open it."""

    reason: str
    newer: UUID | None = None


def closed_for(actor: Actor, submission_id: UUID) -> Closed | None:
    """Why `actor` cannot go on with a review that they could have begun.

    None if they could not have, so that to them it does not exist: those who are told were its assessor at some time
    since it was submitted, and still are one at that provider.
    """
    submission = (
        Submission.objects.unscoped()
        .select_related("apprenticeship__apprentice")
        .filter(pk=submission_id, provider=actor.organisation_id)
        .first()
    )
    if submission is None or not _was_its_assessor(actor, submission):
        return None
    newer = Submission.objects.visible_to(actor).waiting().filter(evidence=submission.evidence_id)
    place = newer.exclude(pk=submission.pk).values_list("pk", flat=True).first()
    if submission.withdrawn_at:
        return Closed(taken_back(submission), place)
    if submission.finished_at:
        return Closed(finished(submission), place)
    return Closed(reassigned(submission, actor.person_id), place)


def taken_back(submission: Submission) -> str:
    """That the apprentice took it back, and when. It was."""
    return _("%(apprentice)s unsent this on %(when)s, before a review began.") % {
        "apprentice": submission.apprenticeship.apprentice.name,
        "when": moment(cast(datetime, submission.withdrawn_at)),
    }


def finished(submission: Submission) -> str:
    """That it is finished, by whom and when. It is."""
    # Whoever corrected a decision later did not finish it.
    made = Decision.objects.unscoped().filter(claim__submission=submission, supersedes=None)
    last = made.select_related("by").newest_first().first()
    return _("%(assessor)s finished this review on %(when)s.") % {
        "assessor": last.by if last else "",
        "when": moment(cast(datetime, submission.finished_at)),
    }


def to_be_sent(by: str, at: datetime) -> str:
    """That a colleague finished it, and when it is sent."""
    return _("%(assessor)s finished this review. It will be sent on %(when)s.") % {"assessor": by, "when": moment(at)}


def reassigned(submission: Submission, person: UUID | None) -> str:
    """That it has another assessor now, and who; or that `person` has a conflict of interest with the apprentice."""
    apprentice = submission.apprenticeship.apprentice.name
    if has_conflict(person, submission.apprenticeship):
        return _("You have a conflict of interest with %(apprentice)s. A colleague reviews this.") % {
            "apprentice": apprentice
        }
    gone = _("You are no longer the assessor of %(apprentice)s.") % {"apprentice": apprentice}
    if now := assessors_of(frozenset({submission.apprenticeship_id})).get(submission.apprenticeship_id):
        return f"{gone} {_('%(assessor)s is now.') % {'assessor': now}}"
    return gone


def _was_its_assessor(actor: Actor, submission: Submission) -> bool:
    since = timezone.localtime(submission.submitted_at).date()
    return (
        Role.ASSESSOR in roles_of(actor)
        and Assignment.objects.filter(Q(ended_on=None) | Q(ended_on__gte=since), started_on__lte=clock.today())
        .filter(person=actor.person_id, apprenticeship=submission.apprenticeship_id, role=Assignment.Role.ASSESSOR)
        .exists()
    )
