"""Recording standardisation, correcting the record, and what becomes of the actions that were agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Membership, Organisation
from assessments.audit_actions import (
    STANDARDISATION_ACTION_AGREED,
    STANDARDISATION_ACTION_NOTED,
    STANDARDISATION_CORRECTED,
    STANDARDISATION_RECORDED,
)
from assessments.models import (
    Decision,
    Standardisation,
    StandardisationAction,
    StandardisationJudgement,
    StandardisationNote,
    StandardisationPerson,
)
from assessments.sampling import access
from assessments.states import AgreedActionState
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import moment
from occupations.models import Standard

#: More people or decisions than these are another meeting.
MOST_PEOPLE, MOST_DECISIONS, MOST_ACTIONS = 40, 20, 20


RECORD = Act("record_standardisation", access.is_assurer, {}, creates=[AgreedActionState.OPEN])
NOTE = Act(
    "note_on_action",
    access.can_note_on,
    {
        AgreedActionState.OPEN: [AgreedActionState.DONE, AgreedActionState.GIVEN_UP],
        AgreedActionState.DONE: [AgreedActionState.OPEN],
        AgreedActionState.GIVEN_UP: [AgreedActionState.OPEN],
    },
)


@dataclass(frozen=True)
class ToDo:
    """What somebody does, and by when."""

    action: str
    owner_id: UUID | None
    due_on: date | None


@dataclass(frozen=True)
class Meeting:
    """What is recorded of a standardisation.

    `judged` has for each decision how each person judged the work it is about: `met` or `not_yet`.
    """

    held_on: date
    people: frozenset[UUID]
    agreed: str
    standard_id: UUID | None = None
    judged: Mapping[UUID, Mapping[UUID, str]] = field(default_factory=dict)


@transaction.atomic
def record_standardisation(
    provider_id: UUID, by: Actor, meeting: Meeting, *, record_id: UUID, actions: Sequence[ToDo] = ()
) -> Standardisation:
    """Record who met, how they judged, what was agreed, and what is to be done.

    Args:
        record_id: the form's one-use token: a second call with it returns the record of the first.

    Raises:
        NotAllowed: `by` is no internal quality assurer of the provider.
        Incomplete: a day to come, too few people, people or decisions of elsewhere, nothing agreed, or an action
            without what, who or by when.
        TokenTaken: the id is of something else.
    """
    provider = _provider_of(provider_id, by)
    if made := Standardisation.objects.unscoped().filter(pk=record_id).first():
        if (made.provider_id, made.by_id) != (provider_id, by.person_id):
            raise TokenTaken
        return made
    _check(provider, meeting)
    for number, one in enumerate(actions, start=1):
        _check_action(provider, one, number)
    record = _write(Standardisation(pk=record_id), provider, by, meeting)
    audit.record(STANDARDISATION_RECORDED, by, record, organisation=provider, people=len(meeting.people))
    for one in actions:
        assert one.owner_id, "checked"
        assert one.due_on, "checked"
        made_action = StandardisationAction.objects.create(
            record=record,
            provider=provider,
            action=one.action.strip(),
            owner_id=one.owner_id,
            due_on=one.due_on,
            by_id=by.person,
            at=clock.now(),
        )
        audit.record(STANDARDISATION_ACTION_AGREED, by, made_action, organisation=provider, record=record.pk)
    return record


@transaction.atomic
def correct_standardisation(record_id: UUID, by: Actor, meeting: Meeting, reason: str) -> Standardisation:
    """Say what a record should have said, and why. The first stays, with its actions.

    Raises:
        NotAllowed: as for `record_standardisation`.
        OutOfTurn: somebody corrected it, who and when.
        Incomplete: as for `record_standardisation`; or no reason.
    """
    corrected = Standardisation.objects.unscoped().get(pk=record_id)
    provider = _provider_of(corrected.provider_id, by)
    if later := Standardisation.objects.unscoped().select_related("by").filter(supersedes=corrected).first():
        if (later.by_id, later.correction_reason, later.agreed) == (
            by.person_id,
            reason.strip(),
            meeting.agreed.strip(),
        ):
            return later
        raise OutOfTurn(_("%(person)s corrected this on %(when)s.") % {"person": later.by, "when": moment(later.at)})
    if not reason.strip():
        raise Incomplete(_("Say why it is corrected."), field="reason")
    _check(provider, meeting, known=corrected)
    made = Standardisation(supersedes=corrected, correction_reason=reason.strip())
    record = _write(made, provider, by, meeting)
    audit.record(STANDARDISATION_CORRECTED, by, record, organisation=provider, corrects=corrected.pk)
    return record


@transaction.atomic
def note_on_action(action_id: UUID, by: Actor, *, note_id: UUID, kind: str, words: str) -> StandardisationNote:
    """Say that an action was done, given up, or is open again.

    Args:
        note_id: the form's one-use token.

    Raises:
        NotAllowed: `by` neither has to act, nor is an internal quality assurer of the provider; who has to act says
            only that it is done.
        OutOfTurn: it is so already.
        Incomplete: no words, or no such kind.
        TokenTaken: the id is of something else.
    """
    action = StandardisationAction.objects.unscoped().get(pk=action_id)
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=action.provider_id)
    require(
        NOTE.who(by, action, kind),
        _("Actions are closed by whoever has to act and by an internal quality assurer."),
    )
    if made := StandardisationNote.objects.filter(pk=note_id).first():
        if (made.action_id, made.by_id) != (action_id, by.person_id):
            raise TokenTaken
        return made
    if kind not in StandardisationNote.Kind.values:
        raise Incomplete(_("Choose from the list."), field="kind")
    if not words.strip():
        raise Incomplete(_("Write what was done, or what is still missing."), field="words")
    last = action.notes.last()
    state = AgreedActionState.of(last)
    after = AgreedActionState.OPEN if kind == StandardisationNote.Kind.OPENED else AgreedActionState(kind)
    if not NOTE.leads(state, after):
        is_open = state == AgreedActionState.OPEN
        raise OutOfTurn(_("This action is open.") if is_open else _("This action was closed."))
    note = StandardisationNote.objects.create(
        pk=note_id,
        action=action,
        number=last.number + 1 if last else 1,
        kind=kind,
        words=words.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(STANDARDISATION_ACTION_NOTED, by, note, organisation=provider, noted_on=action.pk, kind=kind)
    return note


def _provider_of(provider_id: UUID, by: Actor) -> Organisation:
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(RECORD.who(by, provider_id), _("Only an internal quality assurer records standardisation."))
    return provider


def _check(provider: Organisation, meeting: Meeting, known: Standardisation | None = None) -> None:
    if meeting.held_on > clock.today():
        raise Incomplete(_("The day must not be in the future."), field="held_on")
    if not 2 <= len(meeting.people) <= MOST_PEOPLE:
        raise Incomplete(_("Choose everybody who was there: two people or more."), field="people")
    here = set(Membership.objects.filter(organisation=provider, user__in=meeting.people).values_list("user", flat=True))
    if here != meeting.people:
        raise Incomplete(_("Choose people who work for the training provider."), field="people")
    if meeting.standard_id and not Standard.objects.usable_by(provider).filter(pk=meeting.standard_id).exists():
        raise Incomplete(_("That standard does not exist."), field="standard")
    if len(meeting.judged) > MOST_DECISIONS:
        raise Incomplete(_("Choose at most %(most)s decisions.") % {"most": MOST_DECISIONS}, field="decisions")
    there = Decision.objects.unscoped().filter(pk__in=meeting.judged, claim__provider=provider).count()
    if there != len(meeting.judged):
        raise Incomplete(_("Choose decisions of this training provider."), field="decisions")
    for of_decision in meeting.judged.values():
        if not set(of_decision) <= meeting.people:
            raise Incomplete(_("Only somebody who was there can have reviewed it."), field="people")
        if not set(of_decision.values()) <= set(StandardisationJudgement.Outcome.values):
            raise Incomplete(_("Choose from the list."))
    if not meeting.agreed.strip():
        raise Incomplete(_("Write what was agreed."), field="agreed")


def _check_action(provider: Organisation, one: ToDo, number: int) -> None:
    if not one.action.strip():
        raise Incomplete(_("Say what has to be done."), field="action", number=number)
    works_there = Membership.objects.live().filter(organisation=provider, user=one.owner_id)
    if one.owner_id is None or not works_there.exists():
        raise Incomplete(_("Choose who does it."), field="owner", number=number)
    if one.due_on is None or one.due_on < clock.today():
        raise Incomplete(_("Enter the day by which it is done, today or later."), field="due_on", number=number)


def _write(record: Standardisation, provider: Organisation, by: Actor, meeting: Meeting) -> Standardisation:
    record.provider, record.standard_id, record.held_on = provider, meeting.standard_id, meeting.held_on
    record.agreed, record.by_id, record.at = meeting.agreed.strip(), by.person, clock.now()
    record.save(force_insert=True)
    StandardisationPerson.objects.bulk_create(
        StandardisationPerson(record=record, person_id=person) for person in sorted(meeting.people)
    )
    StandardisationJudgement.objects.bulk_create(
        StandardisationJudgement(record=record, decision_id=decision, person_id=person, outcome=outcome)
        for decision, judged in meeting.judged.items()
        for person, outcome in judged.items()
    )
    return record
