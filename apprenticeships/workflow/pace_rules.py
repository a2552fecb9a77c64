"""Setting from which gap on learners are at risk or behind."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import access
from apprenticeships.audit_actions import PACE_RULE_REPLACED, PACE_RULE_SET
from apprenticeships.models import PaceRule
from apprenticeships.pace import Limits
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete


@transaction.atomic
def set_pace_rule(provider_id: UUID, by: Actor, limits: Limits, reason: str) -> PaceRule:
    """Set the rule that applies from now on. What is set already stays as it is; earlier versions stay on the record.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no reason, or limits that do not follow each other.
    """
    provider = Organisation.objects.get(pk=provider_id)
    require(
        provider.kind == Organisation.Kind.PROVIDER and access.administers(by, provider),
        _("Only an admin of the training provider can change this."),
    )
    _require_possible(limits, reason)
    # Nobody else adds to the provider's record now, so numbers follow each other.
    audit.lock(provider)
    rules = PaceRule.objects.unscoped().filter(provider=provider)
    before = rules.filter(replaced_at=None).first()
    if before and before.limits == limits:
        return before
    now = clock.now()
    if before:
        before.replaced_at = now
        before.save(update_fields=["replaced_at"])
        audit.record(PACE_RULE_REPLACED, by, before, organisation=provider)
    made = PaceRule.objects.create(
        provider=provider,
        number=before.number + 1 if before else 1,
        **limits._asdict(),
        reason=reason.strip(),
        by_id=by.person,
        at=now,
    )
    audit.record(PACE_RULE_SET, by, made, organisation=provider)
    return made


def _require_possible(limits: Limits, reason: str) -> None:
    if not 0 <= limits.ahead_above <= 100:
        raise Incomplete(_("Choose from 0 to 100 percentage points."), field="ahead_above")
    if not 0 <= limits.on_track_within <= 99:
        raise Incomplete(_("Choose from 0 to 99 percentage points."), field="on_track_within")
    if not limits.on_track_within < limits.at_risk_within <= 100:
        raise Incomplete(
            _("At risk has to reach further than on track, and to 100 percentage points at most."),
            field="at_risk_within",
        )
    for field in ("withdrawals_watched_from", "withdrawals_at_risk_above", "long_breaks_at_risk_from"):
        if not 1 <= getattr(limits, field) <= 100:
            raise Incomplete(_("Choose from 1 to 100 per cent."), field=field)
    if limits.withdrawals_watched_from > limits.withdrawals_at_risk_above:
        raise Incomplete(_("This has to be more than the share before it."), field="withdrawals_at_risk_above")
    if not reason.strip():
        raise Incomplete(_("Say why you are changing this."), field="reason")
