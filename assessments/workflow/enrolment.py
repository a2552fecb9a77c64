"""Correcting an enrolment, undoing it and restoring it: all while nothing was submitted."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.access import require
from accounts.models import Invitation, Organisation
from apprenticeships.access import administers
from apprenticeships.audit_actions import ENROLMENT_CORRECTED, ENROLMENT_RESTORED, ENROLMENT_UNDONE
from apprenticeships.employers import employer_called
from apprenticeships.models import Apprenticeship, Assignment, Change, EnrolmentCorrection
from apprenticeships.starting import require_dates
from apprenticeships.workflow import NOBODY, assign, invite_again, locked_apprenticeship, require_known
from assessments.models import Submission, Transition
from assessments.moves.workflow import carry_working_copies
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import day
from occupations.crossing import crossing
from occupations.models import StandardVersion
from portfolios.models import Claim, Evidence

Kind = EnrolmentCorrection.Kind


@transaction.atomic
def correct_enrolment(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    started_on: date,
    planned_end_on: date,
    employer: Organisation | str | None,
    standard_version: StandardVersion,
    reason: str,
    name: str = "",
    email: str = "",
    beside: Collection[UUID] = (),
    knows_of_drafts: bool = False,
) -> Apprenticeship:
    """Put right what was typed when somebody was enrolled. What stays the same is no correction.

    Another address sends another invitation, and the links before it stop working. On another standard, the option is
    chosen again; drafts keep their words and files, and what they claim of the former standard no longer counts.

    Args:
        employer: one that the provider works with, the name of another, or None to leave it as it is.
        name, email: only while nobody accepted; empty leaves them as they are.
        beside: as for `enrol`, if the address or the standard changes.
        knows_of_drafts: that drafts claim KSBs of the standard so far.

    Raises:
        NotAllowed: `by` does not administer the provider, or would enrol themself.
        OutOfTurn: something was submitted, or recorded that rests on what would change; or somebody accepted, whose
            name and address are theirs.
        Incomplete: no reason; the dates break a rule; there are drafts that `by` does not know of.
        AlreadyEnrolled: the same person is enrolled on that standard here.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    _require_enrolled(apprenticeship)
    _require_nothing_submitted(apprenticeship)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    former = apprenticeship.standard_version
    if standard_version.pk != former.pk:
        _note(before, after, "standard", _named(former), _named(standard_version))
        _change_standard(apprenticeship, standard_version, knows_of_drafts)
    if isinstance(employer, str):
        employer = employer_called(employer, apprenticeship.provider, by)
    if employer is not None and employer.pk != apprenticeship.employer_id:
        old = apprenticeship.employer
        _note(before, after, "employer", str(old) if old else "", str(employer))
        apprenticeship.employer = employer
    if (started_on, planned_end_on) != (apprenticeship.started_on, apprenticeship.planned_end_on):
        _note(before, after, "started_on", apprenticeship.started_on, started_on)
        _note(before, after, "planned_end_on", apprenticeship.planned_end_on, planned_end_on)
        apprenticeship.started_on, apprenticeship.planned_end_on = started_on, planned_end_on
    if {"standard", "started_on", "planned_end_on"} & after.keys():
        require_dates(standard_version, started_on, planned_end_on)
    if {"employer", "started_on", "planned_end_on"} & after.keys():
        _require_no_changes(apprenticeship)
    sent_to = _sent_to(apprenticeship)
    renamed = name and name != apprenticeship.apprentice.name
    readdressed = email and email != (sent_to or apprenticeship.apprentice.email)
    if renamed or readdressed:
        _require_not_accepted(apprenticeship)
    if renamed:
        _note(before, after, "name", apprenticeship.apprentice.name, name)
    if readdressed:
        _note(before, after, "email", sent_to, email)
    if not after:
        return apprenticeship
    _require_reason(reason)
    if {"standard", "email"} & after.keys():
        others = Apprenticeship.objects.unscoped().filter(provider=apprenticeship.provider_id)
        same = others.of_person(
            standard_version.standard, person=apprenticeship.apprentice, email=email or sent_to or ""
        )
        require_known(same.exclude(pk=apprenticeship.pk), beside)
    apprenticeship.save(update_fields=["standard_version", "option", "employer", "started_on", "planned_end_on"])
    if "standard" in after:
        is_same = former.standard_id == standard_version.standard_id
        pairs = crossing(former, standard_version).pairs if is_same else ()
        carry_working_copies(apprenticeship, {pair.before: pair.after for pair in pairs})
    if "employer" in after:
        held = Assignment.objects.filter(apprenticeship=apprenticeship, role=Assignment.Role.MENTOR)
        if held.from_day(clock.today()).exists():
            # A mentor is somebody at the employer.
            assign(apprenticeship.pk, by, mentor=NOBODY, reason=reason)
    if renamed:
        apprenticeship.apprentice = people.correct_name(apprenticeship.apprentice, name, apprenticeship.provider, by)
    if readdressed:
        invite_again(apprenticeship.pk, email, by)
    _keep(ENROLMENT_CORRECTED, apprenticeship, Kind.CORRECTED, reason, by, before, after)
    return apprenticeship


@transaction.atomic
def undo_enrolment(apprenticeship_id: UUID, by: Actor, reason: str, *, knows_of_drafts: bool = False) -> Apprenticeship:
    """Undo an enrolment that should not have been made: it goes from every list, and its record stays.

    Nobody opens it any more, its apprentice included; links to it stop working. Drafts are kept with it, and are there
    again once it is restored. Undone before, there is nothing left to do.

    Args:
        knows_of_drafts: that the apprentice has written drafts.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: something was submitted.
        Incomplete: no reason; there are drafts that `by` does not know of.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    if apprenticeship.undone_at:
        return apprenticeship
    _require_nothing_submitted(apprenticeship)
    _require_reason(reason)
    if not knows_of_drafts and drafts_of(apprenticeship):
        raise Incomplete(_("Tick the box to confirm that you know about the drafts."), field="knows_of_drafts")
    for pk in list(_invitations(apprenticeship).values_list("pk", flat=True)):
        people.revoke(pk, by)
    apprenticeship.undone_at = clock.now()
    apprenticeship.save(update_fields=["undone_at"])
    _keep(ENROLMENT_UNDONE, apprenticeship, Kind.UNDONE, reason, by)
    return apprenticeship


@transaction.atomic
def restore_enrolment(apprenticeship_id: UUID, by: Actor, reason: str) -> Apprenticeship:
    """Let an enrolment that was undone be there again, with its drafts. Who had not accepted is invited by hand.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the same person was enrolled on the standard again in the meantime; it was erased.
        Incomplete: no reason.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    if apprenticeship.undone_at is None:
        return apprenticeship
    if apprenticeship.erased_at:
        raise OutOfTurn(_("The records of this learner have been erased, so they cannot be restored."))
    _require_reason(reason)
    email = Invitation.objects.filter(person=apprenticeship.apprentice_id).order_by("-invited_at", "pk").first()
    again = Apprenticeship.objects.unscoped().filter(provider=apprenticeship.provider_id)
    if again.of_person(
        apprenticeship.standard_version.standard,
        person=apprenticeship.apprentice,
        email=email.email if email else "",
    ).exists():
        raise OutOfTurn(_("They are enrolled on this standard again. Undo that enrolment first."))
    apprenticeship.undone_at = None
    apprenticeship.save(update_fields=["undone_at"])
    _keep(ENROLMENT_RESTORED, apprenticeship, Kind.RESTORED, reason, by)
    return apprenticeship


def was_submitted(apprenticeship: Apprenticeship) -> bool:
    """Whether anything was ever submitted, also if it was taken back."""
    return Submission.objects.unscoped().filter(apprenticeship=apprenticeship).exists()


def drafts_of(apprenticeship: Apprenticeship) -> int:
    """How many drafts there are. What is in them is private to the apprentice."""
    return Evidence.objects.unscoped().filter(apprenticeship=apprenticeship).kept().count()


def _locked(apprenticeship_id: UUID, by: Actor) -> Apprenticeship:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    # Two who enrol or correct the same person at once find one another.
    Organisation.objects.select_for_update(no_key=True).get(pk=apprenticeship.provider_id)
    return apprenticeship


def _require_enrolled(apprenticeship: Apprenticeship) -> None:
    if apprenticeship.undone_at:
        raise OutOfTurn(_("This enrolment was undone. Restore it first."))


def _require_nothing_submitted(apprenticeship: Apprenticeship) -> None:
    if was_submitted(apprenticeship):
        raise OutOfTurn(_("Evidence has been sent for review, so the enrolment stays as it is."))


def _require_no_changes(apprenticeship: Apprenticeship) -> None:
    if Change.objects.unscoped().filter(apprenticeship=apprenticeship).standing().exists():
        raise OutOfTurn(
            _("A break or another change has been recorded since. Undo that first, or record what is new as a change.")
        )


def _require_not_accepted(apprenticeship: Apprenticeship) -> None:
    if not apprenticeship.awaits_acceptance:
        raise OutOfTurn(
            _(
                "Somebody accepted this, so the name and address are theirs to change. If it was the wrong person, "
                "undo the enrolment and enrol the right one."
            )
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")


def _invitations(apprenticeship: Apprenticeship) -> Any:
    return Invitation.objects.unanswered().filter(person=apprenticeship.apprentice_id).order_by("-invited_at", "pk")


def _sent_to(apprenticeship: Apprenticeship) -> str:
    newest = _invitations(apprenticeship).first()
    return newest.email if newest else ""


def _named(version: StandardVersion) -> str:
    return f"{version.standard.reference} {version}"


def _note(before: dict[str, Any], after: dict[str, Any], field: str, was: object, now: object) -> None:
    if was != now:
        before[field], after[field] = (day(one) if isinstance(one, date) else str(one) for one in (was, now))


def _change_standard(apprenticeship: Apprenticeship, version: StandardVersion, knows_of_drafts: bool) -> None:
    usable = StandardVersion.objects.usable_by(apprenticeship.provider).filter(pk=version.pk)
    require(usable.exists(), _("This provider cannot enrol apprentices on this standard."))
    if Transition.objects.unscoped().filter(apprenticeship=apprenticeship).exists():
        raise OutOfTurn(_("They have been moved to another version since, so the standard stays as it is."))
    claims = Claim.objects.unscoped().filter(evidence__apprenticeship=apprenticeship)
    is_another = version.standard_id != apprenticeship.standard_version.standard_id
    if is_another and not knows_of_drafts and claims.exists():
        raise Incomplete(_("Tick the box to confirm that you know about the drafts."), field="knows_of_drafts")
    apprenticeship.standard_version, apprenticeship.option = version, None


def _keep(
    action: Action,
    apprenticeship: Apprenticeship,
    kind: EnrolmentCorrection.Kind,
    reason: str,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write a correction down, and the record of it: the fields that changed, and not what they hold."""
    made = EnrolmentCorrection.objects.create(
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        number=EnrolmentCorrection.objects.unscoped().filter(apprenticeship=apprenticeship).count() + 1,
        kind=kind,
        before=before or {},
        after=after or {},
        reason=reason.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(
        action,
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        correction=made.pk,
        fields=sorted(after or {}),
    )
