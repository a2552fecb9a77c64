"""What a training provider sets for its apprentices' portfolios: limits, and the prompts of each kind of evidence."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from audit import chain as audit
from core.actor import Actor
from core.errors import Incomplete
from portfolios import access
from portfolios.audit_actions import PORTFOLIO_POLICY_SET, PROMPTS_RESET, PROMPTS_SET
from portfolios.models import EvidenceKind, PortfolioPolicy, PromptSet, policy_of
from portfolios.prompts import MOST_PROMPTS, Prompt


@transaction.atomic
def set_policy(
    provider_id: UUID,
    by: Actor,
    *,
    claims_per_piece: int,
    wants_line_per_claim: bool = False,
    apprentice_quota_bytes: int,
    provider_quota_bytes: int,
) -> PortfolioPolicy:
    """Set what a piece of evidence needs, and how much may be stored.

    Args:
        claims_per_piece: how many KSBs one piece claims before the form asks gently.
        wants_line_per_claim: whether each of them needs a line of its own, or one explanation is enough.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: one apprentice would have more room than all together.
    """
    provider = _locked_provider(provider_id, by)
    if apprentice_quota_bytes > provider_quota_bytes:
        raise Incomplete(
            _("One apprentice cannot have more storage than all apprentices together."), field="apprentice_quota_bytes"
        )
    policy = policy_of(provider)
    new = {
        "claims_per_piece": claims_per_piece,
        "wants_line_per_claim": wants_line_per_claim,
        "apprentice_quota_bytes": apprentice_quota_bytes,
        "provider_quota_bytes": provider_quota_bytes,
    }
    changed = {name: value for name, value in new.items() if getattr(policy, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(policy, name, value)
        policy.save()
        audit.record(PORTFOLIO_POLICY_SET, by, policy, organisation=provider, **changed)
    return policy


@transaction.atomic
def set_prompts(provider_id: UUID, by: Actor, kind: str, prompts: Sequence[Prompt]) -> PromptSet:
    """Give the provider's apprentices these prompts for `kind`. Answers to earlier prompts stay as they are.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no prompt, too many, two that are alike, or no such kind.
    """
    provider = _locked_provider(provider_id, by)
    _require_kind(kind)
    asked = [one.prompt.casefold() for one in prompts]
    if not prompts:
        raise Incomplete(_("Enter at least one prompt, or use the standard ones."), field="prompts")
    if len(prompts) > MOST_PROMPTS:
        raise Incomplete(_("You can have up to %(count)s prompts.") % {"count": MOST_PROMPTS}, field="prompts")
    if twice := next((place for place, prompt in enumerate(asked) if prompt in asked[:place]), None):
        raise Incomplete(_("You have entered this prompt twice."), field="prompt", number=twice + 1)
    kept = PromptSet.objects.unscoped().filter(provider=provider, kind=kind).first()
    wanted = [prompt.as_json() for prompt in prompts]
    if kept and kept.prompts == wanted:
        return kept
    kept = kept or PromptSet(provider=provider, kind=kind)
    kept.prompts = wanted
    kept.save()
    audit.record(PROMPTS_SET, by, kept, organisation=provider, kind=str(kind), count=len(wanted))
    return kept


@transaction.atomic
def reset_prompts(provider_id: UUID, by: Actor, kind: str) -> None:
    """Go back to the usual prompts for `kind`.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no such kind.
    """
    provider = _locked_provider(provider_id, by)
    _require_kind(kind)
    if kept := PromptSet.objects.unscoped().filter(provider=provider, kind=kind).first():
        audit.record(PROMPTS_RESET, by, kept, organisation=provider, kind=str(kind))
        kept.delete()


def _locked_provider(provider_id: UUID, by: Actor) -> Organisation:
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(access.can_set_policy(by, provider), _("Only an admin of the training provider can change this."))
    return provider


def _require_kind(kind: str) -> None:
    if kind not in EvidenceKind.values:
        raise Incomplete(_("That type of evidence does not exist."))
