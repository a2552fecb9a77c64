"""Answering flags; beginning and closing investigations."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.workflow import locked_apprenticeship
from assessments.audit_actions import FLAG_ANSWERED, INVESTIGATION_BEGUN, INVESTIGATION_CLOSED
from assessments.likeness import access
from assessments.likeness.models import Flag, FlagAnswer, Investigation, InvestigationEnd
from assessments.models import Submission
from assessments.states import InvestigationState
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import moment

MOST_CHARACTERS = 2_000

_BEGUN = [InvestigationState.OPEN]
ANSWER = Act("answer_flag", access.can_look_into, {}, creates=_BEGUN)
BEGIN = Act("investigate", access.can_look_into, {}, creates=_BEGUN)
CLOSE = Act("close_investigation", access.can_close, {InvestigationState.OPEN: [InvestigationState.CLOSED]})


@transaction.atomic
def answer_flag(flag_id: UUID, by: Actor, *, answer_id: UUID, result: str, note: str) -> FlagAnswer:
    """Say of a flag that there is nothing to look into, or begin an investigation of the submission.

    Args:
        answer_id: the form's one-use token.
        note: why; for an investigation it is its reason. For staff alone.

    Raises:
        NotAllowed: `by` is neither the assigned assessor nor a quality assurer of the provider.
        OutOfTurn: somebody answered it, who and when.
        Incomplete: no note, or no such result.
        TokenTaken: the id is of something else.
    """
    flag = Flag.objects.unscoped().get(pk=flag_id)
    submission, _evidence = locked_submission(flag.submission_id)
    _require(by, submission)
    if earlier := FlagAnswer.objects.select_related("by").filter(flag=flag).first():
        if earlier.pk == answer_id:
            return earlier
        raise OutOfTurn(_("%(person)s answered this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    if FlagAnswer.objects.filter(pk=answer_id).exists():
        raise TokenTaken
    if result not in FlagAnswer.Result.values:
        raise Incomplete(_("Choose whether there is something to look into."), field="result")
    made = FlagAnswer.objects.create(
        pk=answer_id, flag=flag, result=result, note=_said(note, "note"), by_id=by.person, at=clock.now()
    )
    audit.record(FLAG_ANSWERED, by, made, organisation=submission.evidence.apprenticeship.provider, result=result)
    if result == FlagAnswer.Result.INVESTIGATED and _open_on(submission) is None:
        _begin(submission, by, made.pk, note)
    return made


@transaction.atomic
def investigate(submission_id: UUID, by: Actor, *, investigation_id: UUID, reason: str) -> Investigation:
    """Put a submission under investigation: it can be opened and judged, and its KSBs are not signed off until the end.

    Args:
        investigation_id: the form's one-use token.

    Raises:
        NotAllowed: as for `answer_flag`.
        OutOfTurn: it is under investigation, since when; or it was unsent.
        Incomplete: no reason.
        TokenTaken: the id is of something else.
    """
    submission, _evidence = locked_submission(submission_id)
    _require(by, submission)
    if earlier := Investigation.objects.unscoped().filter(pk=investigation_id).first():
        if (earlier.submission_id, earlier.by_id) != (submission.pk, by.person_id):
            raise TokenTaken
        return earlier
    if submission.withdrawn_at:
        raise OutOfTurn(_("This was unsent, so there is nothing to look into."))
    if standing := _open_on(submission):
        raise OutOfTurn(_("This has been under investigation since %(when)s.") % {"when": moment(standing.at)})
    return _begin(submission, by, investigation_id, reason)


@transaction.atomic
def close_investigation(investigation_id: UUID, by: Actor, *, outcome: str, words: str) -> InvestigationEnd:
    """Close an investigation. What follows from it (a decision corrected, a KSB reopened) is an act of its own.

    Args:
        words: what the apprentice reads.

    Raises:
        NotAllowed: `by` is no quality assurer of the provider, began it, or is its apprentice.
        OutOfTurn: it was closed, by whom and when.
        Incomplete: no words, or no such outcome.
    """
    investigation = Investigation.objects.unscoped().get(pk=investigation_id)
    investigation.apprenticeship = locked_apprenticeship(investigation.apprenticeship_id)
    require(
        CLOSE.who(by, investigation),
        _("An investigation is closed by an internal quality assurer who did not begin it."),
    )
    if earlier := InvestigationEnd.objects.select_related("by").filter(investigation=investigation).first():
        if (earlier.by_id, earlier.outcome, earlier.words) == (by.person_id, outcome, words.strip()):
            return earlier
        raise OutOfTurn(_("%(person)s closed this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    if outcome not in InvestigationEnd.Outcome.values:
        raise Incomplete(_("Choose what you found."), field="outcome")
    made = InvestigationEnd.objects.create(
        investigation=investigation, outcome=outcome, words=_said(words, "words"), by_id=by.person, at=clock.now()
    )
    audit.record(
        INVESTIGATION_CLOSED, by, made, organisation=investigation.apprenticeship.provider, outcome=str(outcome)
    )
    return made


def _require(by: Actor, submission: Submission) -> None:
    require(BEGIN.who(by, submission), _("Only the assigned assessor and quality assurers can look into this."))


def _open_on(submission: Submission) -> Investigation | None:
    return Investigation.objects.unscoped().open().filter(submission=submission).first()


def _begin(submission: Submission, by: Actor, investigation_id: UUID, reason: str) -> Investigation:
    made = Investigation.objects.create(
        pk=investigation_id,
        submission=submission,
        apprenticeship_id=submission.apprenticeship_id,
        provider_id=submission.provider_id,
        number=Investigation.objects.unscoped().filter(submission=submission).count() + 1,
        reason=_said(reason, "reason"),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(INVESTIGATION_BEGUN, by, made, organisation=submission.evidence.apprenticeship.provider)
    return made


def _said(words: str, field: str) -> str:
    if not words.strip():
        raise Incomplete(_("Say why.") if field != "words" else _("Say what the apprentice should read."), field=field)
    if len(words.strip()) > MOST_CHARACTERS:
        raise Incomplete(_("Use %(n)d characters or fewer.") % {"n": MOST_CHARACTERS}, field=field)
    return words.strip()
