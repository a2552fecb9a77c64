"""Setting what an assessment plan asks of a portfolio."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from audit import chain as audit
from core.actor import Actor
from core.errors import Incomplete
from occupations.models import Assessment
from portfolios.models import EvidenceKind
from reports.audit_actions import PLAN_RULES_SET
from reports.pack import access
from reports.pack.models import PlanRules
from reports.pack.naming import PIECE, ROOT


@transaction.atomic
def set_rules(
    provider_id: UUID,
    version_id: UUID,
    by: Actor,
    *,
    assessment_id: UUID | None,
    fewest: int,
    most: int | None,
    excluded_kinds: Collection[str],
    root_name: str,
    piece_name: str,
) -> PlanRules:
    """Set what the plan of a version asks of a portfolio, and how its assessment organisation wants it named.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no apprentice of the provider is on this version; a value does not fit, which is said by its field.
    """
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(access.can_set_rules(by, provider), _("Only an admin of the training provider can change this."))
    if not Apprenticeship.objects.unscoped().filter(provider=provider, standard_version=version_id).exists():
        raise Incomplete(_("None of your apprentices is on this version."))
    if most is not None and most < fewest:
        raise Incomplete(_("The most pieces cannot be fewer than the fewest."), field="most")
    if assessment_id and not Assessment.objects.filter(pk=assessment_id, version=version_id).exists():
        raise Incomplete(_("Choose an assessment method of this version."), field="assessment")
    if not set(excluded_kinds) <= set(EvidenceKind.values):
        raise Incomplete(_("That type of evidence does not exist."), field="excluded_kinds")
    for template, text, name in ((ROOT, root_name, "root_name"), (PIECE, piece_name, "piece_name")):
        if fault := template.fault(text):
            raise Incomplete(_("“%(part)s” cannot be used in this name.") % {"part": fault}, field=name)
    new = {
        "assessment_id": assessment_id,
        "fewest": fewest,
        "most": most,
        "excluded_kinds": [kind for kind in EvidenceKind.values if kind in excluded_kinds],
        "root_name": root_name,
        "piece_name": piece_name,
    }
    kept = PlanRules.objects.unscoped().filter(provider=provider, standard_version=version_id).first()
    rules = kept or PlanRules(provider=provider, standard_version_id=version_id)
    if kept and all(getattr(kept, name) == value for name, value in new.items()):
        return kept
    for name, value in new.items():
        setattr(rules, name, value)
    rules.save()
    audit.record(PLAN_RULES_SET, by, rules, organisation=provider, version=version_id, **new)
    return rules
