"""Saying who looks after an apprenticeship: who leads, who covers, and how that is undone.

Every change is kept as an `AssignmentChange`. What people may do follows from the assignments that it leaves.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Invitation, Membership, Role, User
from apprenticeships import access
from apprenticeships.audit_actions import (
    APPRENTICESHIP_ASSIGNED,
    ASSIGNMENT_UNDONE,
    COVER_APPOINTED,
    COVER_ENDED,
)
from apprenticeships.models import Apprenticeship, Assignment, AssignmentChange
from apprenticeships.starting import LONGEST_DAYS
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn

#: Further away than this, a year was mistyped.
MOST_DAYS_AHEAD = 366


class Nobody(Enum):
    """Said instead of a person, to take somebody off."""

    NOBODY = "nobody"


NOBODY: Final = Nobody.NOBODY


@transaction.atomic
def assign(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    assessor: User | Nobody | None = None,
    trainer: User | Nobody | None = None,
    mentor: User | Nobody | None = None,
    cover: User | None = None,
    cover_until: date | None = None,
    on: date | None = None,
    reason: str = "",
) -> Apprenticeship:
    """Say who leads as the assessor, the trainer or the mentor, and who covers for the assessor.

    Whoever led until then no longer does, and what was planned for later no longer happens. Whoever covers has the
    assessor's rights over this apprenticeship.

    Args:
        assessor, trainer, mentor: None leaves things as they are; `NOBODY` takes off who leads. Whoever is it stays.
        cover: another assessor, beside those who cover already. Given again, the day is what changes.
        cover_until: the first day without them; None until somebody ends it.
        on: the day from which it counts; today, unless it is given.
        reason: why, in the words of `by`. Appointing somebody where there was nobody needs none.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: somebody is no assessor or trainer of the provider, or no mentor of the employer, or the apprentice;
            who covers is the assessor, or would end before they begin; the day is past or far away; there is no reason.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    day = _day(on)
    hold_members(person for person in (assessor, trainer, mentor, cover) if isinstance(person, User))
    roles = Assignment.Role
    for role, given in ((roles.ASSESSOR, assessor), (roles.TRAINER, trainer), (roles.MENTOR, mentor)):
        if given is not None:
            _lead(apprenticeship, role, given if isinstance(given, User) else None, day, reason, by)
    if cover is not None:
        _cover(apprenticeship, cover, cover_until, day, reason, by)
    return apprenticeship


@transaction.atomic
def assign_several(apprenticeship_ids: Iterable[UUID], by: Actor, *, assessor: User, reason: str) -> int:
    """Let somebody lead as the assessor of several learners from today: of all of them, or of none.

    What waits for the assessor of these waits for them from now on, as long as it has waited.

    Returns of how many that is a change.

    Raises:
        NotAllowed, Incomplete: as for `assign`.
    """
    changed = 0
    for pk in sorted(set(apprenticeship_ids)):
        before = AssignmentChange.objects.unscoped().filter(apprenticeship=pk).count()
        assign(pk, by, assessor=assessor, reason=reason)
        changed += AssignmentChange.objects.unscoped().filter(apprenticeship=pk).count() > before
    return changed


def _locked(apprenticeship_id: UUID, by: Actor) -> Apprenticeship:
    """The apprenticeship, locked, for an admin of its provider."""
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    return apprenticeship


def hold_members(people: Iterable[User]) -> None:
    """Let nobody end the roles of these people before what they are given is written."""
    wanted = {person.pk for person in people}
    if wanted:
        list(Membership.objects.select_for_update(no_key=True).filter(user__in=wanted).order_by("pk").values_list("pk"))


def _day(on: date | None) -> date:
    today = clock.today()
    if on is None:
        return today
    if on < today:
        raise Incomplete(_("Enter today or a later day."), field="on")
    if on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise Incomplete(_("This is more than a year away. Check the year."), field="on")
    return on


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Incomplete(_("Say why it changes."), field="reason")


def _require_may_look_after(
    apprenticeship: Apprenticeship, person: User, role: Assignment.Role, field: str | None = None
) -> None:
    invited = Invitation.objects.unanswered().filter(person=apprenticeship.apprentice_id, email=person.email)
    if person.pk == apprenticeship.apprentice_id or invited.exists():
        raise Incomplete(_("An apprentice cannot be their own assessor, trainer or mentor."), field=field or role)
    organisation = apprenticeship.employer_id if role == Assignment.Role.MENTOR else apprenticeship.provider_id
    if not Membership.objects.live().filter(user=person, organisation=organisation, role=Role(role)).exists():
        raise Incomplete(_("Choose somebody who currently has this role."), field=field or role)


def _lead(
    apprenticeship: Apprenticeship,
    role: Assignment.Role,
    person: User | None,
    day: date,
    reason: str,
    by: Actor,
    undoes: AssignmentChange | None = None,
) -> None:
    """Let `person`, or nobody, lead from this day on. The apprenticeship is locked, and the right was asked.

    Raises:
        Incomplete: as for `assign`.
    """
    if person:
        _require_may_look_after(apprenticeship, person, role)
    held = list(
        Assignment.objects.filter(apprenticeship=apprenticeship, role=role).from_day(day).select_related("person")
    )
    leading = [one for one in held if not one.is_cover]
    standing = next((one for one in leading if one.started_on <= day), None)
    stays = standing if standing and person and standing.person_id == person.pk else None
    if undoes is None:
        if not leading and person is None or stays and leading == [stays] and stays.ended_on is None:
            return
        if standing:
            _require_reason(reason)
    for one in leading:
        if one is not stays:
            _end(one, day)
    if stays:
        stays.ended_on = None
        stays.save(update_fields=["ended_on"])
    elif person:
        # Who leads does not cover as well.
        for one in held:
            if one.is_cover and one.person_id == person.pk:
                _end_cover(apprenticeship, one, day, reason, by)
        Assignment.objects.create(apprenticeship=apprenticeship, person=person, role=role, started_on=day)
    _keep(
        APPRENTICESHIP_ASSIGNED,
        AssignmentChange(
            apprenticeship=apprenticeship,
            role=role,
            before=standing.person if standing else None,
            after=person,
            effective_on=day,
            reason=reason,
            undoes=undoes,
        ),
        by,
    )


def take_off_mentor(apprenticeship: Apprenticeship, by: Actor, reason: str) -> None:
    """Let nobody lead as the mentor from today, as for another employer. It is locked, and the right was asked."""
    _lead(apprenticeship, Assignment.Role.MENTOR, None, clock.today(), reason, by)


def _end(assignment: Assignment, day: date) -> None:
    """End an assignment on this day; one that would begin then or later never began, and goes."""
    if assignment.started_on > clock.today() and assignment.started_on >= day:
        assignment.delete()
    else:
        assignment.ended_on = max(day, assignment.started_on)
        assignment.save(update_fields=["ended_on"])


def _keep(action: Action, change: AssignmentChange, by: Actor) -> None:
    """Write the change down, and the record of it."""
    apprenticeship = change.apprenticeship
    change.provider = apprenticeship.provider
    change.number = AssignmentChange.objects.unscoped().filter(apprenticeship=apprenticeship).count() + 1
    change.reason, change.by_id, change.at = change.reason.strip(), by.person, clock.now()
    change.save(force_insert=True)
    audit.record(
        ASSIGNMENT_UNDONE if change.undoes_id else action,
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        role=str(change.role),
        person=change.after_id or change.before_id,
        until_now=change.before_id,
        change=change.pk,
    )


def _cover(
    apprenticeship: Apprenticeship,
    person: User,
    until: date | None,
    day: date,
    reason: str,
    by: Actor,
    undoes: AssignmentChange | None = None,
) -> None:
    role = Assignment.Role.ASSESSOR
    _require_may_look_after(apprenticeship, person, role, field="cover")
    if until is not None and until <= day:
        raise Incomplete(_("Enter a date after the first day of cover."), field="cover_until")
    if until is not None and until > day + timedelta(days=LONGEST_DAYS):
        raise Incomplete(_("This is more than 10 years away. Check the year."), field="cover_until")
    held = Assignment.objects.filter(apprenticeship=apprenticeship, role=role, person=person).from_day(day)
    if held.leading().filter(started_on__lte=day).exists():
        raise Incomplete(_("%(name)s is already the assessor.") % {"name": person}, field="cover")
    standing = held.filter(is_cover=True).first()
    if undoes is None and standing and (standing.ended_on, standing.started_on <= day) == (until, True):
        return
    before_until = standing.ended_on if standing else None
    if standing:
        if undoes is None:
            _require_reason(reason)
        standing.started_on, standing.ended_on = min(standing.started_on, day), until
        standing.save(update_fields=["started_on", "ended_on"])
    else:
        Assignment.objects.create(
            apprenticeship=apprenticeship, person=person, role=role, is_cover=True, started_on=day, ended_on=until
        )
    _keep(
        COVER_APPOINTED,
        AssignmentChange(
            apprenticeship=apprenticeship,
            role=role,
            is_cover=True,
            before=person if standing else None,
            after=person,
            effective_on=day,
            before_until=before_until,
            after_until=until,
            reason=reason,
            undoes=undoes,
        ),
        by,
    )


@transaction.atomic
def end_cover(apprenticeship_id: UUID, person_id: UUID, by: Actor, reason: str) -> Apprenticeship:
    """End somebody's covering for the assessor today. Done before, there is nothing left to do.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: there is no reason.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    today = clock.today()
    covering = Assignment.objects.filter(apprenticeship=apprenticeship, person=person_id, is_cover=True)
    for held in covering.from_day(today).select_related("person"):
        _end_cover(apprenticeship, held, today, reason, by)
    return apprenticeship


def _end_cover(
    apprenticeship: Apprenticeship,
    held: Assignment,
    day: date,
    reason: str,
    by: Actor,
    undoes: AssignmentChange | None = None,
) -> None:
    _require_reason(reason)
    before_until = held.ended_on
    _end(held, day)
    _keep(
        COVER_ENDED,
        AssignmentChange(
            apprenticeship=apprenticeship,
            role=Assignment.Role(held.role),
            is_cover=True,
            before=held.person,
            effective_on=day,
            before_until=before_until,
            reason=reason,
            undoes=undoes,
        ),
        by,
    )


@transaction.atomic
def undo_assignment(change_id: UUID, by: Actor, reason: str) -> AssignmentChange:
    """Let things be from today as they were before a change. Undone before, there is nothing left to do.

    What happened in the meantime stays: whoever looked after the apprentice for some days did so.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: there is no reason.
        OutOfTurn: it was changed again since, it is itself an undoing, or it cannot be as it was: whoever led or
            covered no longer has the role, or the cover would be over.
    """
    change = AssignmentChange.objects.unscoped().select_related("before", "after").get(pk=change_id)
    apprenticeship = _locked(change.apprenticeship_id, by)
    changes = AssignmentChange.objects.unscoped().filter(apprenticeship=apprenticeship)
    if changes.filter(undoes=change).exists():
        return change
    if change.undoes_id:
        raise OutOfTurn(_("This undid an earlier change. To go back, make that change again."))
    if any(follows(later, change) for later in changes.standing().filter(number__gt=change.number)):
        raise OutOfTurn(_("It has been changed again since. Undo the later change first."))
    _require_reason(reason)
    day = max(clock.today(), change.effective_on)
    hold_members(person for person in (change.before, change.after) if person)
    try:
        if not change.is_cover:
            _lead(apprenticeship, Assignment.Role(change.role), change.before, day, reason, by, undoes=change)
        else:
            _undo_cover(apprenticeship, change, day, reason, by)
    except Incomplete as refusal:
        raise OutOfTurn(_("This cannot be undone: %(why)s") % {"why": refusal}) from refusal
    return change


def follows(later: AssignmentChange, earlier: AssignmentChange) -> bool:
    """Whether a later change of the same apprenticeship is about the same as an earlier one."""
    if (later.role, later.is_cover) != (earlier.role, earlier.is_cover):
        return False
    return not later.is_cover or later.coverer_id == earlier.coverer_id


def _undo_cover(apprenticeship: Apprenticeship, change: AssignmentChange, day: date, reason: str, by: Actor) -> None:
    until = change.before_until
    if change.before and (until is None or until > day):
        _cover(apprenticeship, change.before, until, day, reason, by, undoes=change)
        return
    held = Assignment.objects.filter(apprenticeship=apprenticeship, person=change.coverer_id, is_cover=True)
    standing = held.from_day(clock.today()).select_related("person").first()
    if standing is None:
        raise OutOfTurn(_("This cover is over."))
    _end_cover(apprenticeship, standing, day, reason, by, undoes=change)
