"""Setting what it takes to sign a KSB off, and undoing that."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from assessments import access
from assessments.audit_actions import SIGN_OFF_POLICY_SET, SIGN_OFF_POLICY_UNDONE
from assessments.models import SignOffPolicy
from assessments.policies import outcomes, rules
from assessments.policies.models import MOST_CLAIMS, OUTCOMES, KsbGroup
from assessments.policies.outcomes import OutcomeRule
from assessments.policies.rules import Rule
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from occupations.models import Assessment, Ksb, Standard, StandardVersion
from portfolios.models import EvidenceKind


@transaction.atomic
def set_sign_off_policy(
    provider_id: UUID,
    by: Actor,
    rule: Rule | None,
    *,
    reason: str,
    standard_id: UUID | None = None,
    ksb_group: str = "",
    from_day: date | None = None,
) -> SignOffPolicy:
    """Set what it takes for KSBs to be met and signed off, for decisions from a day on. What was met stays met.

    What is recorded last applies from its day on, so a change that was planned for later gives way to it. Setting what
    is set already changes nothing.

    Args:
        rule: what is asked for; None, if the wider rule applies from then on.
        standard_id: for one standard, or for all.
        ksb_group: for knowledge, skills or behaviours, or for all three.
        from_day: today or later; today means from now on.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no reason, a day that is over, or a rule that nothing can meet.
    """
    provider = _provider_of(provider_id, by)
    require_possible(rule, reason=reason, standard_id=standard_id, ksb_group=ksb_group, provider=provider)
    return _set(provider, by, rules.columns_of(rule), reason, standard_id, ksb_group, from_day)


@transaction.atomic
def set_outcome_policy(
    provider_id: UUID,
    by: Actor,
    rule: OutcomeRule | None,
    *,
    version: StandardVersion,
    reason: str,
    from_day: date | None = None,
) -> SignOffPolicy:
    """Set what the outcomes of a version's reformed plan need, for sign-offs from a day on.

    Later versions for which nothing was set take it over, with the KSBs that they still have.

    Args:
        rule: which KSBs are mandatory, and how many of the others each outcome needs; None for what an earlier version
            says, or all again.
        from_day: today or later; today means from now on.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no reason, a day that is over, or a code that no outcome of this version has.
    """
    provider = _provider_of(provider_id, by)
    require_outcomes_possible(rule, reason=reason, version=version, provider=provider)
    return _set(provider, by, outcomes.columns_of(rule), reason, version.standard_id, OUTCOMES, from_day, version.pk)


def _set(
    provider: Organisation,
    by: Actor,
    asked: dict[str, Any],
    reason: str,
    standard_id: UUID | None,
    ksb_group: str,
    from_day: date | None,
    version_id: UUID | None = None,
) -> SignOffPolicy:
    scope = {"standard_id": standard_id, "version_id": version_id, "ksb_group": ksb_group}
    versions = SignOffPolicy.objects.unscoped().filter(provider=provider, **scope)
    newest = versions.newest_first().first()
    now = clock.now()
    applies_from = beginning_of(from_day, now)
    if newest is None and not asked["sets_rule"]:
        raise Incomplete(_("There is no separate rule here, so the wider one applies already."))
    if newest and newest.applies_from <= applies_from and _asks(newest).items() >= asked.items():
        return newest
    return _write(provider, by, asked, reason, scope, applies_from, now)


@transaction.atomic
def undo_sign_off_policy(policy_id: UUID, by: Actor, reason: str) -> SignOffPolicy:
    """Undo the newest change of a rule: from now on, what applied before it applies again. Both stay on the record.

    A change that was planned for later, and gave way to the one that is undone, does not come back by itself.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no reason.
        OutOfTurn: it was undone, by whom and when; or the rule was changed again since.
    """
    undone = SignOffPolicy.objects.unscoped().get(pk=policy_id)
    provider = _provider_of(undone.provider_id, by)
    if not reason.strip():
        raise Incomplete(_("Say why you are undoing this."), field="reason")
    if earlier := SignOffPolicy.objects.unscoped().select_related("by").filter(undoes=undone).first():
        if earlier.by_id == by.person_id:
            return earlier
        raise OutOfTurn(_("%(person)s undid this on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)})
    scope = {name: getattr(undone, name) for name in ("standard_id", "version_id", "ksb_group")}
    same = SignOffPolicy.objects.unscoped().filter(provider=provider, **scope)
    if same.filter(number__gt=undone.number).exists():
        raise OutOfTurn(_("This rule has been changed again since. Undo the latest change first."))
    now = clock.now()
    before = same.filter(number__lt=undone.number, applies_from__lte=now).newest_first().first()
    asked = _asks(before) if before else {"sets_rule": False}
    return _write(provider, by, asked, reason, scope, now, now, undoes=undone)


def _provider_of(provider_id: UUID, by: Actor) -> Organisation:
    """The provider, whose record nobody adds to meanwhile: each decision comes before a rule's moment, or after it."""
    provider = Organisation.objects.get(pk=provider_id)
    require(access.can_set_policy(by, provider), _("Only an admin of the training provider can change this."))
    audit.lock(provider)
    return provider


def _asks(policy: SignOffPolicy) -> dict[str, Any]:
    """The columns that say what a version asks for."""
    return {name: getattr(policy, name) for name in (*rules.columns_of(None), *outcomes.columns_of(None))}


def beginning_of(day: date | None, now: datetime) -> datetime:
    """From when on a rule applies that begins on this day.

    Raises:
        Incomplete: the day is over.
    """
    if day is None or day == clock.today():
        return now
    if day < clock.today():
        raise Incomplete(_("A rule cannot begin in the past. Choose today or a later day."), field="from_day")
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def require_possible(
    rule: Rule | None, *, reason: str, standard_id: UUID | None, ksb_group: str, provider: Organisation
) -> None:
    """Refuse a rule that nothing can meet, or that says not what it is for and why.

    Raises:
        Incomplete: naming the argument of `set_sign_off_policy` that is wrong.
    """
    if ksb_group and ksb_group not in KsbGroup.values:
        raise Incomplete(_("Choose knowledge, skills, behaviours, or all of them."), field="ksb_group")
    if standard_id and not Standard.objects.usable_by(provider).filter(pk=standard_id).exists():
        raise Incomplete(_("That standard does not exist."), field="standard")
    if rule is not None:
        _check_rule(rule, ksb_group)
    if not reason.strip():
        raise Incomplete(_("Say why you are changing this."), field="reason")


def require_outcomes_possible(
    rule: OutcomeRule | None, *, reason: str, version: StandardVersion, provider: Organisation
) -> None:
    """Refuse a rule about outcomes that the plan of the version has not, or that does not say why.

    Raises:
        Incomplete: naming the argument of `set_outcome_policy` that is wrong.
    """
    if not Standard.objects.usable_by(provider).filter(pk=version.standard_id).exists():
        raise Incomplete(_("That standard does not exist."), field="standard")
    known = {ksb.code for ksb in ksbs_of_outcomes(version)}
    if not known:
        raise Incomplete(_("The plan of this standard has no outcomes."), field="mandatory")
    if rule is not None and not rule.mandatory <= known:
        raise Incomplete(_("Choose from the KSBs of the outcomes."), field="mandatory")
    if rule is not None and rule.others is not None and not 0 <= rule.others <= len(known):
        raise Incomplete(_("Choose a number from 0 to %(most)s.") % {"most": len(known)}, field="others")
    if not reason.strip():
        raise Incomplete(_("Say why you are changing this."), field="reason")


def ksbs_of_outcomes(version: StandardVersion) -> list[Ksb]:
    """The KSBs that the outcomes of a version's plan have."""
    found = Ksb.objects.filter(version=version, assessments__kind=Assessment.Kind.OUTCOME).distinct()
    return list(found.in_order())


def _check_rule(rule: Rule, ksb_group: str) -> None:
    if not 1 <= rule.met_claims <= MOST_CLAIMS:
        raise Incomplete(_("Choose from 1 to %(most)s met claims.") % {"most": MOST_CLAIMS}, field="met_claims")
    if not 1 <= rule.pieces <= rule.met_claims:
        raise Incomplete(_("There cannot be more pieces of evidence than met claims."), field="pieces")
    if not rule.counted_kinds <= set(EvidenceKind.values):
        raise Incomplete(_("That type of evidence does not exist."), field="counted_kinds")
    if not 1 <= rule.evidence_kinds <= rule.met_claims:
        raise Incomplete(_("There cannot be more types of evidence than met claims."), field="evidence_kinds")
    if rule.evidence_kinds > (len(rule.counted_kinds) or len(EvidenceKind.values)):
        raise Incomplete(_("Fewer types of evidence count than this asks for."), field="evidence_kinds")
    if rule.needs_employer and ksb_group not in ("", KsbGroup.BEHAVIOURS):
        raise Incomplete(_("The employer confirms behaviours, not knowledge or skills."), field="needs_employer")


def _write(
    provider: Organisation,
    by: Actor,
    asked: Mapping[str, Any],
    reason: str,
    scope: Mapping[str, Any],
    applies_from: datetime,
    now: datetime,
    undoes: SignOffPolicy | None = None,
) -> SignOffPolicy:
    last = SignOffPolicy.objects.unscoped().filter(provider=provider).newest_first().first()
    made = SignOffPolicy.objects.create(
        provider=provider,
        number=last.number + 1 if last else 1,
        **scope,
        applies_from=applies_from,
        **asked,
        undoes=undoes,
        reason=reason.strip(),
        by_id=by.person,
        at=now,
    )
    audit.record(
        SIGN_OFF_POLICY_UNDONE if undoes else SIGN_OFF_POLICY_SET,
        by,
        made,
        organisation=provider,
        standard=scope["standard_id"],
        ksb_group=str(scope["ksb_group"]),
        **({"version": scope["version_id"]} if scope["version_id"] else {}),
        **({"undoes": undoes.pk} if undoes else {}),
    )
    return made
