"""The register of a training session: who was there, said in one act and corrected with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.access import is_open, looks_after
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from audit.chain import Happening
from core import clock
from core.actor import Actor
from core.errors import Incomplete, TokenTaken
from programme import access
from programme.audit_actions import ATTENDANCE_CORRECTED, ATTENDANCE_TAKEN, HOURS_LOGGED, SESSION_REGISTERED
from programme.learning_hours.durations import moment_of
from programme.learning_hours.entry_rules import SoFar, Words, problems_of
from programme.learning_hours.totals import settle
from programme.models import Attendance, HoursConfirmation, OffTheJobEntry, SessionKind, TrainingSession
from programme.workflow.hours import confirm_all, entry_for, removal_of

#: No register is longer.
MOST_LEARNERS = 200


class LearnersRefused(Incomplete):
    """Some learners cannot have been there, such as those on a break.

    Attributes:
        reasons: why, by the id of the apprenticeship.
    """

    def __init__(self, reasons: dict[UUID, str]) -> None:
        super().__init__(_("Some learners cannot be marked as present. See the reasons beside their names."), "present")
        self.reasons = reasons


@dataclass(frozen=True)
class SessionWords:
    """What a session was: its time of day may be unknown."""

    title: str
    happened_on: date
    minutes: int
    kind: str
    starts: time | None = None

    def for_learner(self, trainer_id: UUID) -> Words:
        """What the entry of somebody says who was there."""
        return Words(self.happened_on, self.minutes, self.kind, self.title, self.starts, delivered_by=trainer_id)


@transaction.atomic
def register_session(
    provider_id: UUID,
    by: Actor,
    *,
    session_id: UUID,
    words: SessionWords,
    present: Collection[UUID],
    absent: Collection[UUID] = (),
) -> TrainingSession:
    """Keep a session that `by` gave, and who was there: each gets confirmed hours; for who was absent it says so.

    Args:
        session_id: the form's one-use token: a second call with it returns what the first made.
        present, absent: apprenticeships that `by` is assessor or trainer of.

    Raises:
        NotAllowed: `by` does not look after one of them as assessor or trainer.
        Incomplete: no title or nobody chosen, or a value is wrong.
        LearnersRefused: some cannot have been there; nothing is kept.
        TokenTaken: the id is of something else.
    """
    if made := TrainingSession.objects.unscoped().filter(pk=session_id).first():
        if (made.provider_id, made.by_id) != (provider_id, by.person_id):
            raise TokenTaken
        return made
    if not words.title.strip():
        raise Incomplete(_("Say what the session was about."), field="title")
    if words.kind not in SessionKind.values:
        raise Incomplete(_("Choose what kind of training it was."), field="kind")
    if not present or len(present) + len(absent) > MOST_LEARNERS:
        raise Incomplete(_("Tick who was there, at most %(most)s learners.") % {"most": MOST_LEARNERS}, field="present")
    provider = Organisation.objects.get(pk=provider_id)
    learners = {pk: _of_trainer(pk, by, provider_id) for pk in sorted({*present, *absent})}
    session = TrainingSession(
        pk=session_id,
        provider=provider,
        title=words.title.strip(),
        happened_on=words.happened_on,
        minutes=words.minutes,
        kind=words.kind,
        trainer_id=by.person,
        by_id=by.person,
        at=clock.now(),
    )
    said = words.for_learner(by.person)
    there = [learner for pk, learner in learners.items() if pk in present]
    _require_possible(said, there)
    session.starts_at = moment_of(words.happened_on, words.starts) if words.starts else None
    session.save(force_insert=True)
    audit.record(SESSION_REGISTERED, by, session, organisation=provider, present=len(there))
    rows = [
        Attendance(
            session=session,
            apprenticeship=learner,
            provider_id=learner.provider_id,
            is_present=pk in present,
            by_id=by.person,
            at=clock.now(),
        )
        for pk, learner in learners.items()
    ]
    Attendance.objects.bulk_create(rows)
    audit.record_many(Happening(ATTENDANCE_TAKEN, by, one, provider, {"session": session.pk}) for one in rows)
    for learner in there:
        _give_hours(learner, by, said, session)
    return session


@transaction.atomic
def correct_attendance(
    session_id: UUID, apprenticeship_id: UUID, by: Actor, *, is_present: bool, reason: str
) -> Attendance:
    """Say that somebody was there after all, or was not: their hours follow. Saying the same again changes nothing.

    Raises:
        NotAllowed: `by` is neither its trainer, looking after the learner, nor an admin of the provider.
        Incomplete: no reason.
        LearnersRefused: they cannot have been there.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    session = TrainingSession.objects.unscoped().get(pk=session_id, provider=apprenticeship.provider_id)
    require(
        access.can_correct_register(by, session, apprenticeship),
        _("Only the trainer of the session, or an admin of the training provider, can do this."),
    )
    rows = Attendance.objects.unscoped().filter(session=session, apprenticeship=apprenticeship)
    last = rows.filter(replaced_by__replaces=None).first()
    if last and last.is_present == is_present:
        return last
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    said = Words(
        session.happened_on,
        session.minutes,
        session.kind,
        session.title,
        delivered_by=session.trainer_id,
    )
    if is_present:
        _require_possible(said, [apprenticeship])
    made = Attendance.objects.create(
        session=session,
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        replaces=last,
        is_present=is_present,
        reason=reason.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(ATTENDANCE_CORRECTED, by, made, organisation=apprenticeship.provider, session=session.pk)
    if is_present:
        _give_hours(apprenticeship, by, said, session)
    else:
        given = OffTheJobEntry.objects.unscoped().filter(apprenticeship=apprenticeship, session=session)
        for entry in given.standing().select_related("apprenticeship__provider"):
            removal_of(entry, by, reason.strip())
        settle(apprenticeship)
    return made


def _of_trainer(apprenticeship_id: UUID, by: Actor, provider_id: UUID) -> Apprenticeship:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        apprenticeship.provider_id == provider_id and looks_after(by, apprenticeship),
        _("Only their assessor or trainer can register learners for a session."),
    )
    return apprenticeship


def _require_possible(words: Words, learners: Collection[Apprenticeship]) -> None:
    """Hold the entry of each learner against the rules.

    Raises:
        LearnersRefused: with the reasons, by learner.
        Incomplete: where it is wrong for everybody.
    """
    reasons: dict[UUID, str] = {}
    for learner in learners:
        if not is_open(learner):
            reasons[learner.pk] = learner.get_status_display()
            continue
        for problem in problems_of(words, SoFar.of(learner))[:1]:
            is_to_come = problem.field == "happened_on" and words.happened_on > clock.today()
            if is_to_come or problem.field in ("note", "kind"):
                raise Incomplete(problem.message, field=problem.field)
            reasons[learner.pk] = problem.message
    if reasons:
        raise LearnersRefused(reasons)


def _give_hours(apprenticeship: Apprenticeship, by: Actor, words: Words, session: TrainingSession) -> None:
    entry = entry_for(apprenticeship, by, words, session)
    entry.save(force_insert=True)
    whose = {"apprenticeship": apprenticeship.pk, "session": session.pk}
    audit.record(HOURS_LOGGED, by, entry, organisation=apprenticeship.provider, **whose)
    made = HoursConfirmation(entry=entry, provider_id=entry.provider_id, by_id=by.person, at=clock.now())
    confirm_all([made], by, apprenticeship)
    settle(apprenticeship)
