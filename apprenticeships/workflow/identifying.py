"""Correcting how a learner is known: ULN, reference and date of birth; before they accept, name and address too.

Unlike the other corrections of an enrolment these are possible at any time: nothing that was judged rests on them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.access import require
from accounts.models import Invitation
from apprenticeships import access
from apprenticeships.audit_actions import ENROLMENT_CORRECTED
from apprenticeships.facts import Facts, require_facts
from apprenticeships.models import Apprenticeship, EnrolmentCorrection
from apprenticeships.rules import rules_for
from apprenticeships.workflow.locks import locked_apprenticeship
from apprenticeships.workflow.making import required
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from core.moments import day

IDENTIFIERS = ("uln", "learner_reference", "date_of_birth")


@transaction.atomic
def correct_identifiers(apprenticeship_id: UUID, by: Actor, values: Mapping[str, Any], reason: str) -> Apprenticeship:
    """Put right the ULN, the reference or the date of birth. What stays the same is no correction.

    Args:
        values: those of `IDENTIFIERS` that are to change.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the enrolment was undone.
        Incomplete: a value breaks a rule of `apprenticeships.facts`, or there is no reason.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    changed = {name: values[name] for name in IDENTIFIERS if name in values}
    changed = {name: value for name, value in changed.items() if getattr(apprenticeship, name) != value}
    if not changed:
        return apprenticeship
    before = {name: _shown(getattr(apprenticeship, name)) for name in changed}
    for name, value in changed.items():
        setattr(apprenticeship, name, value)
    identity = Facts(**{name: getattr(apprenticeship, name) for name in IDENTIFIERS})
    require_facts(identity, rules_for(apprenticeship), apprenticeship.started_on, None)
    apprenticeship.save(update_fields=list(changed))
    _keep(apprenticeship, by, before, {name: _shown(value) for name, value in changed.items()}, reason)
    return apprenticeship


@transaction.atomic
def correct_person(apprenticeship_id: UUID, by: Actor, *, name: str, email: str, reason: str) -> Apprenticeship:
    """Put right the name of somebody who has not accepted, or send the invitation to another address.

    Args:
        name, email: empty leaves them as they are.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: they accepted, so both are theirs; or the enrolment was undone.
        Incomplete: there is no reason.
    """
    apprenticeship = _locked(apprenticeship_id, by)
    if not apprenticeship.awaits_acceptance:
        raise OutOfTurn(_("%(name)s has already accepted.") % {"name": apprenticeship.apprentice})
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    if name and name != apprenticeship.apprentice.name:
        before["name"], after["name"] = apprenticeship.apprentice.name, name
        apprenticeship.apprentice = people.correct_name(apprenticeship.apprentice, name, apprenticeship.provider, by)
    sent = Invitation.objects.unanswered().filter(person=apprenticeship.apprentice_id).order_by("-invited_at").first()
    if email and (sent is None or sent.email != email):
        before["email"], after["email"] = sent.email if sent else "", email
        people.invite_to_sign_in(apprenticeship.apprentice, email, apprenticeship.provider, by)
    if after:
        _keep(apprenticeship, by, before, after, reason)
    return apprenticeship


def _locked(apprenticeship_id: UUID, by: Actor) -> Apprenticeship:
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.can_change(by, apprenticeship), _("Only an admin of the training provider can do this."))
    if apprenticeship.undone_at:
        raise OutOfTurn(_("This enrolment was undone. Restore it first."))
    return apprenticeship


def _shown(value: object) -> str:
    return day(value) if isinstance(value, date) else str(value or "")


def _keep(
    apprenticeship: Apprenticeship, by: Actor, before: dict[str, str], after: dict[str, str], reason: str
) -> None:
    """Write the correction down, and the record of it: the fields that changed, and not what they hold."""
    made = EnrolmentCorrection.objects.create(
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        number=EnrolmentCorrection.objects.unscoped().filter(apprenticeship=apprenticeship).count() + 1,
        kind=EnrolmentCorrection.Kind.CORRECTED,
        before=before,
        after=after,
        reason=required(reason),
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(
        ENROLMENT_CORRECTED,
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        correction=made.pk,
        fields=sorted(after),
    )
