"""Appeals: an apprentice makes one, somebody who had no part in what it is against decides it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import is_own, require_open
from apprenticeships.models import Outcome
from apprenticeships.workflow import locked_apprenticeship
from assessments.audit_actions import APPEAL_DECIDED, APPEAL_MADE, APPEAL_TAKEN_BACK
from assessments.models import Appeal, AppealAnswer, Decision, SignOffWithdrawal
from assessments.sampling import access
from assessments.states import AppealState, SignOffState
from assessments.workflow.review import correct_on_appeal
from assessments.workflow.sign_off import sign_off_on_appeal
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import moment
from core.working_days import working_day_after
from portfolios.states import EvidenceState

#: An appeal is answered within this many working days.
ANSWERED_WITHIN = 20


APPEAL = Act("appeal_decision", is_own, {}, creates=[AppealState.OPEN])
APPEAL_WITHDRAWAL = Act("appeal_withdrawal", is_own, {}, creates=[AppealState.OPEN])
TAKE_BACK = Act("take_back_appeal", is_own, {AppealState.OPEN: [AppealState.TAKEN_BACK]})
DECIDE = Act(
    "decide_appeal",
    access.can_decide_appeal,
    {
        AppealState.OPEN: [AppealState.UPHELD, AppealState.TURNED_DOWN],
        AppealState.TURNED_DOWN: [AppealState.UPHELD],
    },
)

#: What an upheld appeal makes of what it is against.
UPHOLD_PIECE = Act(
    "decide_appeal",
    access.can_decide_appeal,
    {EvidenceState.REFERRED: [EvidenceState.ACCEPTED, EvidenceState.REFERRED]},
)
UPHOLD_SIGN_OFF = Act("decide_appeal", access.can_decide_appeal, {}, creates=[SignOffState.STANDS])


@transaction.atomic
def appeal_decision(decision_id: UUID, by: Actor, *, appeal_id: UUID, grounds: str) -> Appeal:
    """Appeal against a decision that was *not yet*.

    Args:
        appeal_id: the form's one-use token: a second call with it returns the appeal of the first.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: there is an appeal against it already; it was corrected since; or it is no *not yet*.
        Incomplete: no grounds.
        TokenTaken: the id is of something else.
    """
    decision = Decision.objects.unscoped().select_related("claim").get(pk=decision_id)
    made = Appeal(pk=appeal_id, decision=decision, assessor_id=decision.by_id)
    locked_apprenticeship(decision.claim.apprenticeship_id)
    if earlier := _made_before(made, decision.claim.apprenticeship_id, by):
        return earlier
    if decision.outcome != Outcome.NOT_YET:
        raise OutOfTurn(_("Only a “not yet” can be appealed against."))
    if decision.needs_countersignature and not hasattr(decision, "countersignature"):
        raise OutOfTurn(_("This decision has not been countersigned yet."))
    if Decision.objects.unscoped().filter(supersedes=decision).exists():
        raise OutOfTurn(_("This decision has been corrected since. Look at it again."))
    return _appeal(made, decision.claim.apprenticeship_id, by, grounds)


@transaction.atomic
def appeal_withdrawal(withdrawal_id: UUID, by: Actor, *, appeal_id: UUID, grounds: str) -> Appeal:
    """Appeal against a sign-off being withdrawn. Arguments and errors are those of `appeal_decision`.

    Raises:
        OutOfTurn: also where it was signed off again since.
    """
    withdrawal = SignOffWithdrawal.objects.select_related("sign_off").get(pk=withdrawal_id)
    made = Appeal(pk=appeal_id, withdrawal=withdrawal, assessor_id=withdrawal.by_id)
    locked_apprenticeship(withdrawal.sign_off.apprenticeship_id)
    if earlier := _made_before(made, withdrawal.sign_off.apprenticeship_id, by):
        return earlier
    if hasattr(withdrawal, "followed_by"):
        raise OutOfTurn(_("This has been signed off again since."))
    return _appeal(made, withdrawal.sign_off.apprenticeship_id, by, grounds)


def _made_before(made: Appeal, apprenticeship_id: UUID, by: Actor) -> Appeal | None:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(APPEAL.who(by, apprenticeship), _("Only the apprentice can appeal."))
    if earlier := Appeal.objects.unscoped().filter(pk=made.pk).first():
        if (earlier.decision_id, earlier.withdrawal_id) != (made.decision_id, made.withdrawal_id):
            raise TokenTaken
        return earlier
    against = Appeal.objects.unscoped().filter(decision=made.decision_id, withdrawal=made.withdrawal_id)
    if earlier := against.first():
        raise OutOfTurn(_("You appealed against this on %(when)s.") % {"when": moment(earlier.at)})
    return None


def _appeal(made: Appeal, apprenticeship_id: UUID, by: Actor, grounds: str) -> Appeal:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require_open(apprenticeship)
    if not grounds.strip():
        raise Incomplete(_("Say why you think this is wrong."), field="grounds")
    made.apprenticeship, made.provider = apprenticeship, apprenticeship.provider
    made.grounds, made.by_id, made.at = grounds.strip(), by.person, clock.now()
    made.answer_by = working_day_after(clock.today(), ANSWERED_WITHIN)
    made.save(force_insert=True)
    audit.record(APPEAL_MADE, by, made, organisation=apprenticeship.provider, apprenticeship=apprenticeship.pk)
    return made


@transaction.atomic
def take_back_appeal(appeal_id: UUID, by: Actor, reason: str) -> AppealAnswer:
    """End one's own appeal, before it is decided, saying why.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: it was decided already.
        Incomplete: no reason.
    """
    appeal = _locked(appeal_id)
    require(TAKE_BACK.who(by, appeal.apprenticeship), _("Only the apprentice can end an appeal."))
    earlier = appeal.answers.select_related("by").last()
    if earlier and not TAKE_BACK.starts_from(AppealState.of(earlier)):
        if (earlier.result, earlier.reason) == (AppealAnswer.Result.TAKEN_BACK, reason.strip()):
            return earlier
        raise OutOfTurn(_answered(earlier))
    return _answer(appeal, by, AppealAnswer.Result.TAKEN_BACK, reason)


@transaction.atomic
def decide_appeal(appeal_id: UUID, by: Actor, result: str, reason: str) -> AppealAnswer:
    """Uphold an appeal or turn it down, with a reason that the apprentice reads.

    An upheld one makes the decision *met* by one that supersedes it, or signs the KSB off again. One that was turned
    down can be upheld later; the history shows both.

    Raises:
        NotAllowed: `by` is no internal quality assurer of the provider, is its apprentice, or had a part in what it is
            against.
        OutOfTurn: it was decided already; or, to uphold it, what it is against changed since.
        Incomplete: no reason, or no such result.
    """
    appeal = _locked(appeal_id)
    require(
        DECIDE.who(by, appeal),
        _("Appeals are decided by an internal quality assurer who had no part in the decision."),
    )
    if result not in (AppealAnswer.Result.UPHELD, AppealAnswer.Result.TURNED_DOWN):
        raise Incomplete(_("Choose whether you uphold the appeal."), field="result")
    earlier = appeal.answers.select_related("by").last()
    if earlier and (earlier.result, earlier.by_id, earlier.reason) == (result, by.person_id, reason.strip()):
        return earlier
    if earlier and not DECIDE.leads(AppealState.of(earlier), result):
        raise OutOfTurn(_answered(earlier))
    answer = _answer(appeal, by, result, reason, supersedes=earlier)
    if result == AppealAnswer.Result.UPHELD:
        because = _("Appeal upheld: %(reason)s") % {"reason": reason.strip()}
        if appeal.decision_id:
            correct_on_appeal(appeal.decision_id, by, because)
        elif appeal.withdrawal:
            sign_off_on_appeal(appeal.withdrawal.sign_off, by)
    return answer


def _locked(appeal_id: UUID) -> Appeal:
    appeal = Appeal.objects.unscoped().select_related("withdrawal__sign_off", "decision").get(pk=appeal_id)
    appeal.apprenticeship = locked_apprenticeship(appeal.apprenticeship_id)
    return appeal


def _answer(
    appeal: Appeal, by: Actor, result: str, reason: str, *, supersedes: AppealAnswer | None = None
) -> AppealAnswer:
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    answer = AppealAnswer.objects.create(
        appeal=appeal,
        assessor_id=appeal.assessor_id,
        supersedes=supersedes,
        result=result,
        reason=reason.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    action = APPEAL_TAKEN_BACK if result == AppealAnswer.Result.TAKEN_BACK else APPEAL_DECIDED
    audit.record(action, by, answer, organisation=appeal.apprenticeship.provider, result=str(result), appeal=appeal.pk)
    return answer


def _answered(answer: AppealAnswer) -> str:
    return _("%(person)s closed this appeal on %(when)s: %(result)s.") % {
        "person": answer.by,
        "when": moment(answer.at),
        "result": answer.get_result_display().lower(),
    }
