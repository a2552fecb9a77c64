"""Setting which rules of evidence a provider's assessors tick."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from assessments import access
from assessments.audit_actions import EVIDENCE_RULES_SET
from assessments.checking.rules import LONGEST_WORDING, Asked, EvidenceRules, Rule, as_json
from audit import chain as audit
from core.actor import Actor
from core.errors import Incomplete


@transaction.atomic
def set_rules(provider_id: UUID, by: Actor, asked: Sequence[Asked]) -> EvidenceRules:
    """Set the rules of evidence that assessors tick in a review. What was ticked before stays as it was.

    Args:
        asked: those that are used, each with its wording; none of them, for no checklist.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: one without wording, or with too much; the field is the rule.
    """
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(access.can_set_rules(by, provider), _("Only an admin of the training provider can change this."))
    by_rule = {one.rule: one._replace(wording=one.wording.strip()) for one in asked}
    for one in by_rule.values():
        if not one.wording:
            raise Incomplete(_("Say what this means, or do not use it."), field=one.rule)
        if len(one.wording) > LONGEST_WORDING:
            raise Incomplete(_("Use %(n)d characters or fewer.") % {"n": LONGEST_WORDING}, field=one.rule)
    rules = EvidenceRules.of(provider)
    wanted = as_json([by_rule[rule] for rule in Rule.values if rule in by_rule])
    if rules.asked != wanted:
        rules.asked = wanted
        rules.save()
        audit.record(EVIDENCE_RULES_SET, by, rules, organisation=provider, rules=[one["rule"] for one in wanted])
    return rules
