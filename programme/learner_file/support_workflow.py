"""Learning support: agreeing a plan, writing down each month what was done, and naming who else reads it."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import STAFF_ROLES, Membership
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from programme.audit_actions import (
    SUPPORT_NOTED,
    SUPPORT_PLANNED,
    SUPPORT_READER_ENDED,
    SUPPORT_READER_NAMED,
)
from programme.learner_file import access
from programme.learner_file.models import SupportNote, SupportPlan, SupportReader


@transaction.atomic
def plan_support(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    plan_id: UUID,
    need: str,
    adjustments: str,
    agreed_with: str,
    starts_on: date,
    ends_on: date,
) -> SupportPlan:
    """Agree what a learner needs and what is done for them. It takes the place of the plan before, which stays.

    Args:
        plan_id: the form's one-use token.

    Raises:
        NotAllowed: `by` is neither the lead assessor nor named for it.
        Incomplete: something is missing, or it ends before it starts.
        TokenTaken: the id is of something else.
    """
    apprenticeship = _writable(apprenticeship_id, by)
    known: SupportPlan | None = SupportPlan.objects.unscoped().filter(pk=plan_id).first()
    if known:
        if (known.apprenticeship_id, known.by_id) != (apprenticeship.pk, by.person_id):
            raise TokenTaken
        return known
    said = {"need": need.strip(), "adjustments": adjustments.strip(), "agreed_with": " ".join(agreed_with.split())}
    missing = {
        "need": _("Say what the learner needs."),
        "adjustments": _("Say what is done about it."),
        "agreed_with": _("Say who it was agreed with."),
    }
    for field, words in missing.items():
        if not said[field]:
            raise Incomplete(words, field=field)
    if ends_on < starts_on:
        raise Incomplete(_("Choose a day on or after the first day."), field="ends_on")
    before = SupportPlan.objects.unscoped().standing().filter(apprenticeship=apprenticeship).first()
    made: SupportPlan = SupportPlan.objects.create(
        pk=plan_id,
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        replaces=before,
        starts_on=starts_on,
        ends_on=ends_on,
        by_id=by.person,
        at=clock.now(),
        **said,
    )
    audit.record(SUPPORT_PLANNED, by, made, organisation=apprenticeship.provider)
    return made


@transaction.atomic
def note_support(apprenticeship_id: UUID, by: Actor, *, note_id: UUID, month: date, said: str) -> SupportNote:
    """Write down what was done in one month. What was written stays; more can be added for the same month.

    Args:
        note_id: the form's one-use token.
        month: any day of it.

    Raises:
        NotAllowed: `by` is neither the lead assessor nor named for it.
        OutOfTurn: there is no plan.
        Incomplete: nothing is said, or the month has not begun.
        TokenTaken: the id is of something else.
    """
    apprenticeship = _writable(apprenticeship_id, by)
    known: SupportNote | None = SupportNote.objects.unscoped().filter(pk=note_id).first()
    if known:
        if (known.apprenticeship_id, known.by_id) != (apprenticeship.pk, by.person_id):
            raise TokenTaken
        return known
    plan = SupportPlan.objects.unscoped().standing().filter(apprenticeship=apprenticeship).first()
    if plan is None:
        raise OutOfTurn(_("Agree a plan first. Then each month can be written down."))
    if not said.strip():
        raise Incomplete(_("Say what was done."), field="said")
    if month > clock.today():
        raise Incomplete(_("Choose a month that has begun."), field="month")
    made: SupportNote = SupportNote.objects.create(
        pk=note_id,
        plan=plan,
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        month=month.replace(day=1),
        said=said.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(SUPPORT_NOTED, by, made, organisation=apprenticeship.provider)
    return made


@transaction.atomic
def name_support_reader(apprenticeship_id: UUID, by: Actor, person_id: UUID) -> SupportReader:
    """Let somebody of the provider read and write one learner’s support. Named already, it changes nothing.

    Raises:
        NotAllowed: `by` is neither the lead assessor nor an admin.
        Incomplete: the person does not work for the provider, or is the apprentice.
    """
    apprenticeship = _nameable(apprenticeship_id, by)
    works_here = Membership.objects.live().filter(
        user=person_id, organisation=apprenticeship.provider_id, role__in=STAFF_ROLES
    )
    if person_id == apprenticeship.apprentice_id or not works_here.exists():
        raise Incomplete(_("Choose somebody who works for the training provider."), field="person")
    standing = SupportReader.objects.unscoped().standing().filter(apprenticeship=apprenticeship, person=person_id)
    found: SupportReader | None = standing.first()
    if found:
        return found
    made: SupportReader = SupportReader.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        person_id=person_id,
        named_by_id=by.person,
        named_at=clock.now(),
    )
    audit.record(SUPPORT_READER_NAMED, by, made, organisation=apprenticeship.provider, person=person_id)
    return made


@transaction.atomic
def end_support_reader(reader_id: UUID, by: Actor) -> SupportReader:
    """End that somebody reads one learner’s support, from the next request on. Again, it changes nothing.

    Raises:
        NotAllowed: `by` is neither the lead assessor nor an admin.
    """
    whose = SupportReader.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=reader_id)
    apprenticeship = _nameable(whose, by)
    reader: SupportReader = SupportReader.objects.unscoped().select_for_update(no_key=True).get(pk=reader_id)
    if reader.ended_at is None:
        reader.ended_by_id, reader.ended_at = by.person, clock.now()
        reader.save(update_fields=["ended_by", "ended_at"])
        audit.record(SUPPORT_READER_ENDED, by, reader, organisation=apprenticeship.provider, person=reader.person_id)
    return reader


def _writable(apprenticeship_id: UUID, by: Actor) -> Apprenticeship:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_write_support(by, apprenticeship),
        _("Only the lead assessor and people who were named write about learning support."),
    )
    return apprenticeship


def _nameable(apprenticeship_id: UUID, by: Actor) -> Apprenticeship:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_name_readers(by, apprenticeship),
        _("Only the lead assessor and admins say who reads about learning support."),
    )
    return apprenticeship
