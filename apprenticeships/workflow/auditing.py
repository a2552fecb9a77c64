"""Letting external auditors in: an invitation, and the scope that goes with it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organisation, Role
from accounts.workflow import invite
from apprenticeships.audit_actions import AUDITOR_LET_IN
from apprenticeships.models import Apprenticeship, AuditScope
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from occupations.models import Standard


@transaction.atomic
def invite_auditor(
    provider: Organisation,
    by: Actor,
    *,
    name: str,
    email: str,
    ends_on: date,
    standards: Sequence[Standard] = (),
    learners: Sequence[Apprenticeship] = (),
    starts_from: date | None = None,
    starts_until: date | None = None,
) -> Invitation:
    """Invite somebody from outside to see some of the provider's learners until a day, and to change nothing.

    A second call while the first link is open returns that invitation, if its scope is the same.

    Args:
        standards: they see every learner on these, also those who are enrolled later.
        learners: and these learners, whatever they are on.
        starts_from: of the standards, only learners who started on this day or later.
        starts_until: and on this day or earlier.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: nothing is in the scope, its days do not fit, a learner is not of the provider, or the person has
            access already.
        OutOfTurn: an invitation of theirs with another scope waits to be accepted.
    """
    if not standards and not learners:
        raise Incomplete(_("Choose at least one standard or learner."), field="standards")
    if starts_from and starts_until and starts_until < starts_from:
        raise Incomplete(_("Enter a day after the first one."), field="starts_until")
    if any(learner.provider_id != provider.pk for learner in learners):
        raise Incomplete(_("Choose learners of your own training provider."), field="learners")
    invitation = invite(provider, email, name, Role.AUDITOR, by, role_ends_on=ends_on)
    rows: list[dict[str, Any]] = [
        *[{"standard": one, "starts_from": starts_from, "starts_until": starts_until} for one in standards],
        *[{"apprenticeship": one} for one in learners],
    ]
    wanted = {(one.pk, starts_from, starts_until) for one in standards} | {(one.pk, None, None) for one in learners}
    earlier = AuditScope.objects.unscoped().filter(invitation=invitation)
    if found := list(earlier):
        if {(one.standard_id or one.apprenticeship_id, one.starts_from, one.starts_until) for one in found} == wanted:
            return invitation
        raise OutOfTurn(_("Somebody has invited this person already. Withdraw that invitation first."))
    for row in rows:
        scope = AuditScope.objects.create(
            provider=provider, invitation=invitation, by_id=by.person, at=clock.now(), **row
        )
        audit.record(
            AUDITOR_LET_IN,
            by,
            scope,
            organisation=provider,
            invitation=invitation.pk,
            standard=scope.standard_id,
            apprenticeship=scope.apprenticeship_id,
            ends_on=ends_on,
        )
    return invitation
