"""Checking sampled decisions: agree, or ask for action; answers to it; reopening a KSB, and undoing that."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments import coverage
from assessments.audit_actions import (
    ACTION_CLOSED,
    ACTION_OPENED,
    DECISION_CHECKED,
    FINDING_CORRECTED,
    FINDING_NOTED,
    KSB_REOPENED,
    REOPENING_UNDONE,
)
from assessments.models import Finding, FindingNote, Reopening, Sample, SignOff
from assessments.moves.carrying import carried
from assessments.results.states import UNDER_WAY, ResultState
from assessments.sampling import access
from assessments.states import SampleState, SignOffState
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import moment

_ACTIONS = {
    FindingNote.Kind.ANSWER: FINDING_NOTED,
    FindingNote.Kind.CLOSED: ACTION_CLOSED,
    FindingNote.Kind.OPENED: ACTION_OPENED,
}

_FOUND = [SampleState.AGREED, SampleState.ACTION_OPEN]
CHECK = Act("check_decision", access.can_check, {SampleState.DRAWN: _FOUND})
REOPEN = Act("check_decision", access.can_check, {SignOffState.STANDS: [SignOffState.REOPENED]})
CORRECT = Act(
    "correct_finding",
    access.can_check,
    dict.fromkeys((SampleState.AGREED, SampleState.ACTION_OPEN, SampleState.ACTION_CLOSED), _FOUND),
)
CLOSE = Act(
    "note_on_finding",
    access.can_close,
    {
        SampleState.ACTION_OPEN: [SampleState.ACTION_CLOSED],
        SampleState.ACTION_CLOSED: [SampleState.ACTION_OPEN],
    },
)
#: What a check does to the result of an outcome follows from whether an action about it is open.
SEND_BACK = Act("check_decision", access.can_check, {state: [state, ResultState.SENT_BACK] for state in UNDER_WAY})
TAKE_UP = Act(
    "note_on_finding",
    access.can_close,
    {ResultState.SENT_BACK: [*UNDER_WAY], **{state: [ResultState.SENT_BACK] for state in UNDER_WAY}},
)
UNDO = Act("undo_reopening", access.can_check, {SignOffState.REOPENED: [SignOffState.STANDS]})


@dataclass(frozen=True)
class Found:
    """What a quality assurer says about a decision: agreed, or what has to be done, by whom and by when."""

    result: str
    feedback: str = ""
    action: str = ""
    owner_id: UUID | None = None
    due_on: date | None = None

    def as_columns(self) -> dict[str, object]:
        """What the finding keeps of it: one that is agreed has no action."""
        kept: dict[str, object] = {"result": self.result, "feedback": self.feedback.strip()}
        if self.result == Finding.Result.ACTION:
            kept |= {"action": self.action.strip(), "owner_id": self.owner_id, "due_on": self.due_on}
        return kept


@transaction.atomic
def check_decision(sample_id: UUID, by: Actor, found: Found, *, finding_id: UUID, reopen_because: str = "") -> Finding:
    """Say what was found about a sampled decision; the assessor reads it. A finding can reopen a signed-off KSB.

    Args:
        finding_id: the form's one-use token: a second call with it returns what the first one found.
        reopen_because: why the KSB is reopened, if it is; the apprentice reads it.

    Raises:
        NotAllowed: `by` is no internal quality assurer of the provider, made the decision, or is its apprentice.
        OutOfTurn: somebody checked it already, who and when; its plan was given up; or the KSB is not signed off.
        Incomplete: no such result, or an action without what, who or by when.
        TokenTaken: the id is of something else.
    """
    sample, apprenticeship = _locked_sample(sample_id)
    require(
        CHECK.who(by, sample),
        _("Decisions are checked by an internal quality assurer who had no part in them."),
    )
    if made := Finding.objects.unscoped().filter(pk=finding_id).first():
        if (made.sample_id, made.by_id) != (sample_id, by.person_id):
            raise TokenTaken
        return made
    if earlier := Finding.objects.unscoped().standing().select_related("by").filter(sample=sample).first():
        raise OutOfTurn(_("%(person)s checked this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    if not CHECK.starts_from(SampleState.of(sample)):
        raise OutOfTurn(_("The plan that drew this decision was withdrawn."))
    _check(sample, found, is_new=True)
    if reopen_because.strip() and found.result != Finding.Result.ACTION:
        raise Incomplete(_("Only a finding that needs action can reopen a KSB."), field="reopen_because")
    finding = _write(sample, by, found, pk=finding_id)
    audit.record(DECISION_CHECKED, by, finding, organisation=sample.provider, result=found.result)
    if reopen_because.strip():
        _reopen(finding, apprenticeship, by, reopen_because.strip())
    _refresh(sample)
    return finding


@transaction.atomic
def correct_finding(finding_id: UUID, by: Actor, found: Found, reason: str) -> Finding:
    """Say what a finding should have been, and why. The first stays on the record; the correction stands in its place.

    Raises:
        NotAllowed: as for `check_decision`.
        OutOfTurn: somebody corrected it already; or it reopened a KSB, which is to be undone first.
        Incomplete: as for `check_decision`; no reason; or nothing that changes.
    """
    corrected = Finding.objects.unscoped().get(pk=finding_id)
    sample, _apprenticeship = _locked_sample(corrected.sample_id)
    require(
        CORRECT.who(by, sample),
        _("Decisions are checked by an internal quality assurer who had no part in them."),
    )
    columns = found.as_columns()
    if later := Finding.objects.unscoped().select_related("by").filter(supersedes=corrected).first():
        is_same = all(getattr(later, name) == value for name, value in columns.items())
        if is_same and (later.by_id, later.correction_reason) == (by.person_id, reason.strip()):
            return later
        raise OutOfTurn(
            _("%(person)s corrected this on %(when)s. Look at it again.")
            % {"person": later.by, "when": moment(later.at)}
        )
    _check(sample, found, is_new=False)
    if not reason.strip():
        raise Incomplete(_("Say why it is corrected."), field="reason")
    if corrected.result == found.result and all(getattr(corrected, name) == value for name, value in columns.items()):
        raise Incomplete(_("Nothing changes. Change the result, the feedback or the action."), field="result")
    reopened = Reopening.objects.unscoped().standing().filter(finding__sample=sample)
    if found.result != Finding.Result.ACTION and reopened.exists():
        raise OutOfTurn(_("This finding reopened the KSB. Undo that first."))
    finding = _write(sample, by, found, supersedes=corrected, correction_reason=reason.strip())
    audit.record(
        FINDING_CORRECTED, by, finding, organisation=sample.provider, result=found.result, supersedes=corrected.pk
    )
    _refresh(sample)
    return finding


@transaction.atomic
def note_on_finding(finding_id: UUID, by: Actor, *, note_id: UUID, kind: str, words: str) -> FindingNote:
    """Answer a finding, close its action, or open it again.

    Args:
        note_id: the form's one-use token: a second call with it returns what the first one made.

    Raises:
        NotAllowed: answers are by the assessor whose decision it was and by whoever has to act; an action is closed and
            opened by an internal quality assurer who may check the decision and is not the one who had to act.
        OutOfTurn: the finding was corrected; it has no action; or the action is closed, or open, already.
        Incomplete: no words.
        TokenTaken: the id is of something else.
    """
    finding = Finding.objects.unscoped().get(pk=finding_id)
    sample, _apprenticeship = _locked_sample(finding.sample_id)
    finding.sample = sample
    allowed = access.can_answer if kind == FindingNote.Kind.ANSWER else CLOSE.who
    require(allowed(by, finding), _("This is for somebody else to answer or close."))
    if made := FindingNote.objects.filter(pk=note_id).first():
        if (made.finding_id, made.by_id) != (finding_id, by.person_id):
            raise TokenTaken
        return made
    if not words.strip():
        raise Incomplete(_("Write what was done, or what is still missing."), field="words")
    if Finding.objects.unscoped().filter(supersedes=finding).exists():
        raise OutOfTurn(_("This finding has been corrected since. Look at it again."))
    if kind != FindingNote.Kind.ANSWER:
        _require_other_state(finding, kind)
    note = FindingNote.objects.create(
        pk=note_id,
        finding=finding,
        number=finding.notes.count() + 1,
        kind=kind,
        words=words.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(_ACTIONS[FindingNote.Kind(kind)], by, note, organisation=sample.provider, finding=finding.pk)
    return note


def _require_other_state(finding: Finding, kind: str) -> None:
    if finding.result != Finding.Result.ACTION:
        raise OutOfTurn(_("There is no action here to close."))
    state = SampleState.after(finding)
    to = SampleState.ACTION_OPEN if kind == FindingNote.Kind.OPENED else SampleState.ACTION_CLOSED
    if not CLOSE.leads(state, to):
        is_open = state == SampleState.ACTION_OPEN
        raise OutOfTurn(_("This action is open already.") if is_open else _("This action is closed already."))


@transaction.atomic
def undo_reopening(reopening_id: UUID, by: Actor, reason: str) -> Reopening:
    """Let a sign-off count again that internal quality assurance had reopened, saying why. The history shows both.

    Raises:
        NotAllowed: `by` may not check the decision.
        Incomplete: no reason.
        OutOfTurn: it was undone already; the sign-off was withdrawn since; or a decision it rests on was corrected.
    """
    undone = Reopening.objects.unscoped().select_related("finding", "sign_off__ksb").get(pk=reopening_id)
    sample, apprenticeship = _locked_sample(undone.finding.sample_id)
    require(
        UNDO.who(by, sample),
        _("Only an internal quality assurer who had no part in the decision can undo this."),
    )
    if not reason.strip():
        raise Incomplete(_("Say why you are undoing this."), field="reason")
    if later := Reopening.objects.unscoped().select_related("by").filter(undoes=undone).first():
        if (later.by_id, later.reason) == (by.person_id, reason.strip()):
            return later
        raise OutOfTurn(_("%(person)s undid this on %(when)s.") % {"person": later.by, "when": moment(later.at)})
    if undone.undoes_id:
        raise OutOfTurn(_("This undid a reopening itself. Check the decision again instead."))
    code = undone.sign_off.ksb.code
    if hasattr(undone.sign_off, "withdrawal"):
        raise OutOfTurn(
            _("The sign-off of %(code)s has been withdrawn since, so it cannot count again.") % {"code": code}
        )
    if undone.sign_off.grounds.filter(decision__superseded_by__isnull=False).exists():
        raise OutOfTurn(
            _("A decision that the sign-off of %(code)s rests on has been corrected since, so it cannot count again.")
            % {"code": code}
        )
    made = _event(undone.finding, undone.sign_off, by, reason.strip(), undoes=undone)
    coverage.refresh(apprenticeship, [undone.sign_off.ksb_id])
    audit.record(REOPENING_UNDONE, by, made, organisation=sample.provider, ksb=undone.sign_off.ksb_id)
    return made


def _refresh(sample: Sample) -> None:
    if sample.decision:
        coverage.refresh(sample.apprenticeship, [sample.decision.claim.ksb_id])


def sign_off_of(sample: Sample) -> SignOff | None:
    """The sign-off that counts for the KSB that a sampled decision is about, if there is one."""
    if sample.decision is None:
        return None
    ways = carried(sample.apprenticeship)
    sources = ways.sources([ways.now(sample.decision.claim.ksb_id)])
    counting = SignOff.objects.unscoped().filter(apprenticeship=sample.apprenticeship_id, ksb__in=sources).counting()
    return counting.select_related("ksb", "by").first()


def _reopen(finding: Finding, apprenticeship: Apprenticeship, by: Actor, reason: str) -> None:
    standing = sign_off_of(finding.sample)
    if standing is None:
        raise OutOfTurn(_("This KSB is not signed off, so it cannot be reopened."))
    made = _event(finding, standing, by, reason)
    audit.record(KSB_REOPENED, by, made, organisation=apprenticeship.provider, ksb=standing.ksb_id)


def _event(
    finding: Finding, sign_off: SignOff, by: Actor, reason: str, *, undoes: Reopening | None = None
) -> Reopening:
    return Reopening.objects.create(
        finding=finding,
        sign_off=sign_off,
        apprenticeship_id=sign_off.apprenticeship_id,
        provider_id=sign_off.provider_id,
        number=Reopening.objects.unscoped().filter(sign_off=sign_off).count() + 1,
        undoes=undoes,
        reason=reason,
        by_id=by.person,
        at=clock.now(),
    )


def _locked_sample(sample_id: UUID) -> tuple[Sample, Apprenticeship]:
    sample = (
        Sample.objects.unscoped()
        .select_related("provider", "decision__claim__ksb", "result", "plan__withdrawal")
        .get(pk=sample_id)
    )
    sample.apprenticeship = locked_apprenticeship(sample.apprenticeship_id)
    return sample, sample.apprenticeship


def _check(sample: Sample, found: Found, *, is_new: bool) -> None:
    if found.result not in Finding.Result.values:
        raise Incomplete(_("Choose whether you agree."), field="result")
    if found.result != Finding.Result.ACTION:
        return
    if not found.action.strip():
        raise Incomplete(_("Say what has to be done."), field="action")
    if found.owner_id not in {person.pk for person in access.owners_at(sample.provider_id)}:
        raise Incomplete(_("Choose who has to do it."), field="owner")
    if found.due_on is None or (is_new and found.due_on < clock.today()):
        raise Incomplete(_("Enter the day by which it has to be done, today or later."), field="due_on")


def _write(sample: Sample, by: Actor, found: Found, **others: object) -> Finding:
    return Finding.objects.create(
        sample=sample,
        provider_id=sample.provider_id,
        assessor_id=sample.assessor_id,
        by_id=by.person,
        at=clock.now(),
        **found.as_columns(),
        **others,
    )
