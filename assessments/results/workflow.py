"""Marking an outcome, correcting a result, marking it a second time, and releasing it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments.audit_actions import OUTCOME_MARKED, RESULT_CORRECTED, RESULT_MARKED_AGAIN, RESULT_RELEASED
from assessments.models import Sample, Standardisation, Submission
from assessments.results import access
from assessments.results.models import OutcomeResult, ResultGrade, ResultGround, ResultRelease, SecondMark
from assessments.results.standing import all_results, by_outcome, outcomes_to_mark
from assessments.results.states import UNDER_WAY, ResultState
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import day, moment
from occupations.models import Assessment

_NEW = [ResultState.MARKED, ResultState.SENT_BACK]
_AGREED = [ResultState.STANDARDISED, ResultState.DISAGREED]
MARK = Act("mark_outcome", access.can_mark, {}, creates=[ResultState.MARKED])
CORRECT = Act(
    "correct_result",
    access.can_mark,
    dict.fromkeys((*UNDER_WAY, ResultState.SENT_BACK), [ResultState.SUPERSEDED]),
    creates=_NEW,
)
MARK_AGAIN = Act(
    "mark_again",
    access.can_mark_again,
    dict.fromkeys((ResultState.MARKED, ResultState.DISAGREED, ResultState.STANDARDISED), _AGREED)
    | {ResultState.SENT_BACK: [ResultState.SENT_BACK]},
)
RELEASE = Act("release_result", access.can_release, {ResultState.STANDARDISED: [ResultState.RELEASED]})

#: Why a result in this state is not released.
WHY_NOT_YET = {
    ResultState.MARKED: gettext_lazy("This result has no second mark yet."),
    ResultState.DISAGREED: gettext_lazy("The second mark gives another grade. Agree on one first."),
    ResultState.SENT_BACK: gettext_lazy("Quality assurance sent this result back, and the action is still open."),
    ResultState.SUPERSEDED: gettext_lazy("This result has been corrected since. Look at the new one."),
}
#: So much is written at most.
MOST_FEEDBACK, MOST_REASON, MOST_GROUNDS = 5_000, 2_000, 1_000


@dataclass(frozen=True)
class Marking:
    """What a marker says of one attempt: when it was, which grade and why, and what was marked.

    Attributes:
        pieces: the submissions that were marked.
        rests_on: what else was marked, in words.
    """

    assessed_on: date
    grade: str
    feedback: str
    pieces: frozenset[UUID] = frozenset()
    rests_on: str = ""

    def tidy(self) -> "Marking":
        """Without blanks around the texts."""
        return Marking(self.assessed_on, self.grade, self.feedback.strip(), self.pieces, self.rests_on.strip())

    @classmethod
    def of(cls, result: OutcomeResult) -> "Marking":
        """What a result says. One query."""
        pieces = frozenset(result.grounds.values_list("submission", flat=True))
        return cls(result.assessed_on, str(result.grade), result.feedback, pieces, result.rests_on)


@transaction.atomic
def mark_outcome(
    apprenticeship_id: UUID, outcome_id: UUID, by: Actor, marking: Marking, *, result_id: UUID
) -> OutcomeResult:
    """Mark an apprentice's next attempt at an outcome. Only the provider's people see the result until it is released.

    Args:
        result_id: the form's one-use token: a second call with it returns the result of the first.

    Raises:
        NotAllowed: `by` is not an assigned assessor who is competent in the standard.
        OutOfTurn: the last attempt was no fail or is not released yet; or the apprenticeship is closed.
        Incomplete: the outcome is not of the plan; the day is to come, or before the start or the attempt before; no
            grade, no feedback or nothing that was marked.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(MARK.who(by, apprenticeship), _("Only an assessor of this apprentice who is competent can mark this."))
    if made := OutcomeResult.objects.unscoped().filter(pk=result_id).first():
        if (made.apprenticeship_id, made.outcome_id, made.marker_id) != (apprenticeship_id, outcome_id, by.person_id):
            raise TokenTaken
        return made
    require_open(apprenticeship)
    outcome = outcomes_to_mark(apprenticeship).filter(pk=outcome_id).first()
    if outcome is None:
        raise Incomplete(_("Choose an outcome of the apprentice’s plan."), field="outcome")
    before = next(
        one for one in by_outcome(apprenticeship, all_results(apprenticeship)) if one.outcome.pk == outcome_id
    )
    if before.next_attempt is None:
        raise OutOfTurn(_("The last attempt was not a fail, or is not released yet. Correct that result instead."))
    marking = marking.tidy()
    _check(apprenticeship, marking, before.newest.result.assessed_on if before.newest else None)
    made = _write(apprenticeship, outcome, before.next_attempt, by, marking, pk=result_id)
    audit.record(
        OUTCOME_MARKED, by, made, organisation=apprenticeship.provider, outcome=outcome.pk, attempt=made.attempt
    )
    return made


@transaction.atomic
def correct_result(result_id: UUID, by: Actor, marking: Marking, reason: str) -> OutcomeResult:
    """Say what a result should have been, and why. The first stays; the new one is standardised and released again.

    Raises:
        NotAllowed: `by` is not an assigned assessor who is competent in the standard.
        OutOfTurn: somebody corrected it, who and when; a later attempt was marked since; the apprenticeship is closed.
        Incomplete: as for `mark_outcome`; no reason; or nothing that changes.
    """
    corrected, apprenticeship = _locked(result_id)
    require(CORRECT.who(by, apprenticeship), _("Only an assessor of this apprentice who is competent can mark this."))
    marking = marking.tidy()
    if later := OutcomeResult.objects.unscoped().select_related("marker").filter(supersedes=corrected).first():
        if (later.marker_id, later.reason, Marking.of(later)) == (by.person_id, reason.strip(), marking):
            return later
        raise OutOfTurn(
            _("%(person)s corrected this on %(when)s. Look at it again.")
            % {"person": later.marker, "when": moment(later.at)}
        )
    require_open(apprenticeship)
    others = [
        one.result.attempt
        for of in by_outcome(apprenticeship, all_results(apprenticeship))
        for one in of.marked
        if (of.outcome.code, of.outcome.title) == (corrected.outcome.code, corrected.outcome.title)
    ]
    if max(others) > corrected.attempt:
        raise OutOfTurn(_("A later attempt has been marked since, so this one cannot be corrected any more."))
    _check(apprenticeship, marking, None)
    if not reason.strip():
        raise Incomplete(_("Say why it is corrected."), field="reason")
    if marking == Marking.of(corrected):
        raise Incomplete(
            _("Nothing changes. Change the grade, the day, the feedback or what was marked."), field="grade"
        )
    made = _write(
        apprenticeship,
        corrected.outcome,
        corrected.attempt,
        by,
        marking,
        supersedes=corrected,
        reason=reason.strip(),
    )
    audit.record(
        RESULT_CORRECTED,
        by,
        made,
        organisation=apprenticeship.provider,
        outcome=made.outcome_id,
        attempt=made.attempt,
        supersedes=corrected.pk,
    )
    return made


@transaction.atomic
def mark_again(
    result_id: UUID, by: Actor, *, mark_id: UUID, grade: str, words: str = "", record_id: UUID | None = None
) -> SecondMark:
    """Mark the same work a second time. The result is standardised once the newest second mark has its grade.

    Args:
        mark_id: the form's one-use token: a second call with it returns what the first one made.
        words: why another grade.
        record_id: the standardisation at which the grade was agreed, if it was.

    Raises:
        NotAllowed: `by` marked it or is the apprentice; has a conflict; is neither a quality assurer nor may mark.
        OutOfTurn: the result was corrected or released since.
        Incomplete: no grade; another grade without why; or no such standardisation.
        TokenTaken: the id is of something else.
    """
    result, apprenticeship = _locked(result_id)
    require(
        MARK_AGAIN.who(by, result),
        _("A second mark is given by a quality assurer or another assessor who had no part in the first."),
    )
    if made := SecondMark.objects.unscoped().filter(pk=mark_id).first():
        if (made.result_id, made.by_id) != (result_id, by.person_id):
            raise TokenTaken
        return made
    if not MARK_AGAIN.starts_from(ResultState.of(result)):
        raise OutOfTurn(_("This result has been corrected or released since. Look at it again."))
    if grade not in ResultGrade.values:
        raise Incomplete(_("Choose the grade."), field="grade")
    if grade != result.grade and not words.strip():
        raise Incomplete(_("Say why you would give another grade."), field="words")
    if record_id:
        _require_record(record_id, apprenticeship)
    made = SecondMark.objects.create(
        pk=mark_id,
        result=result,
        provider_id=result.provider_id,
        marker_id=result.marker_id,
        number=SecondMark.objects.unscoped().filter(result=result).count() + 1,
        grade=grade,
        words=words.strip()[:MOST_REASON],
        record_id=record_id,
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(RESULT_MARKED_AGAIN, by, made, organisation=apprenticeship.provider, result=result.pk)
    return made


@transaction.atomic
def release_result(result_id: UUID, by: Actor) -> ResultRelease:
    """Let the apprentice and the employer see a result. Pressing again finds it released.

    Raises:
        NotAllowed: `by` is neither a quality assurer nor an admin, marked it, is the apprentice or has a conflict.
        OutOfTurn: somebody else released it, who and when; it was corrected; it is not standardised; quality assurance
            is still to check it, or waits for an action.
    """
    result, apprenticeship = _locked(result_id)
    require(
        RELEASE.who(by, result),
        _("Results are released by a quality assurer or an admin who had no part in marking them."),
    )
    if earlier := ResultRelease.objects.unscoped().select_related("by").filter(result=result).first():
        if earlier.by_id == by.person_id:
            return earlier
        raise OutOfTurn(_("%(person)s released this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    state = ResultState.of(result)
    if not RELEASE.starts_from(state):
        raise OutOfTurn(str(WHY_NOT_YET[state]))
    if Sample.objects.unscoped().waiting().filter(result=result).exists():
        raise OutOfTurn(_("Quality assurance has drawn this result and not checked it yet."))
    made = ResultRelease.objects.create(
        result=result,
        apprenticeship=apprenticeship,
        provider_id=result.provider_id,
        marker_id=result.marker_id,
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(RESULT_RELEASED, by, made, organisation=apprenticeship.provider, result=result.pk)
    return made


def _locked(result_id: UUID) -> tuple[OutcomeResult, Apprenticeship]:
    result = OutcomeResult.objects.unscoped().select_related("outcome").get(pk=result_id)
    result.apprenticeship = locked_apprenticeship(result.apprenticeship_id)
    return result, result.apprenticeship


def _check(apprenticeship: Apprenticeship, marking: Marking, not_before: date | None) -> None:
    if marking.assessed_on > clock.today():
        raise Incomplete(_("The day must not be in the future."), field="assessed_on")
    if marking.assessed_on < apprenticeship.started_on:
        raise Incomplete(_("This is before the apprenticeship started."), field="assessed_on")
    if not_before and marking.assessed_on < not_before:
        raise Incomplete(_("The last attempt was on %(day)s.") % {"day": day(not_before)}, field="assessed_on")
    if marking.grade not in ResultGrade.values:
        raise Incomplete(_("Choose the grade."), field="grade")
    if not marking.feedback:
        raise Incomplete(_("Say why it is this grade. The apprentice reads it."), field="feedback")
    for name, text, most in (
        ("feedback", marking.feedback, MOST_FEEDBACK),
        ("rests_on", marking.rests_on, MOST_GROUNDS),
    ):
        if len(text) > most:
            raise Incomplete(_("Use %(n)d characters or fewer.") % {"n": most}, field=name)
    if not (marking.pieces or marking.rests_on):
        raise Incomplete(_("Choose the evidence that you marked, or say what else you marked."), field="pieces")
    if pieces_to_mark(apprenticeship, marking.pieces) != marking.pieces:
        raise Incomplete(_("Choose evidence of this apprentice that was reviewed."), field="pieces")


def pieces_to_mark(apprenticeship: Apprenticeship, among: Collection[UUID]) -> frozenset[UUID]:
    """Which of these submissions can have been marked: those of the apprentice whose review was sent."""
    sent = Submission.objects.unscoped().filter(
        pk__in=among, apprenticeship=apprenticeship, withdrawn_at=None, finished_at__isnull=False
    )
    return frozenset(sent.values_list("pk", flat=True)) if among else frozenset()


def _require_record(record_id: UUID, apprenticeship: Apprenticeship) -> None:
    records = Standardisation.objects.unscoped().filter(
        pk=record_id, provider=apprenticeship.provider_id, superseded_by__supersedes=None
    )
    if not records.filter(Q(standard=None) | Q(standard=apprenticeship.standard_version.standard_id)).exists():
        raise Incomplete(_("Choose a standardisation of this standard."), field="record")


def _write(
    apprenticeship: Apprenticeship, outcome: Assessment, attempt: int, by: Actor, marking: Marking, **given: object
) -> OutcomeResult:
    made = OutcomeResult.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        outcome=outcome,
        attempt=attempt,
        assessed_on=marking.assessed_on,
        grade=marking.grade,
        feedback=marking.feedback,
        rests_on=marking.rests_on,
        marker_id=by.person,
        at=clock.now(),
        **given,
    )
    ResultGround.objects.bulk_create(ResultGround(result=made, submission_id=piece) for piece in sorted(marking.pieces))
    return made
