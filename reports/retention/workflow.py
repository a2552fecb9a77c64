"""Setting the rule for how long records are kept, legal holds, and erasing by two people. A job erases."""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn
from reports.audit_actions import (
    ERASURE_AGREED,
    ERASURE_ASKED,
    ERASURE_DONE,
    ERASURE_ENDED,
    HOLD_LIFTED,
    HOLD_PUT_ON,
    RETENTION_RULE_SET,
)
from reports.exports.locks import hold_back_exports
from reports.retention import access
from reports.retention.erasing import Eraser
from reports.retention.models import (
    LEAST_YEARS,
    MOST_YEARS,
    Erasure,
    ErasureState,
    LegalHold,
    RetentionRule,
)
from reports.retention.plan import Plan, plan_of
from reports.retention.policy import Years, years_of

ASK = Act("ask_for_erasure", access.keeps_records, {}, [ErasureState.ASKED])
AGREE = Act("agree_to_erasure", access.can_agree, {ErasureState.ASKED: [ErasureState.AGREED]})
CARRY_OUT = Act("carry_out", access.can_agree, {ErasureState.AGREED: [ErasureState.DONE]})
END = Act(
    "end_erasure",
    access.can_end,
    {ErasureState.ASKED: [ErasureState.ENDED], ErasureState.AGREED: [ErasureState.ENDED]},
)


class Asked(NamedTuple):
    """An apprenticeship whose provider `by` administers, locked, and what could be erased of it now."""

    apprenticeship: Apprenticeship
    plan: Plan


@transaction.atomic
def set_retention_rule(provider_id: UUID, by: Actor, years: Years, reason: str) -> RetentionRule | None:
    """Keep records for so many years from now on. The same again changes nothing, and returns None.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: fewer years than the funding rules ask, more than anybody needs, or no reason.
    """
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(access.keeps_records(by, provider), _only_admins())
    if years == years_of(provider_id):
        return None
    for name, count in (("record", years.record), ("support", years.support)):
        if not LEAST_YEARS <= count <= MOST_YEARS:
            words = _("Choose %(least)d to %(most)d years. The funding rules ask for six at least.")
            raise Incomplete(words % {"least": LEAST_YEARS, "most": MOST_YEARS}, field=name)
    if years.support > years.record:
        raise Incomplete(_("Learning support cannot be kept for longer than the rest."), field="support")
    newest = RetentionRule.objects.unscoped().filter(provider=provider).newest_first().first()
    rule = RetentionRule.objects.create(
        provider=provider,
        number=newest.number + 1 if newest else 1,
        record_years=years.record,
        support_years=years.support,
        reason=_given(reason),
        by_id=by.person,
    )
    audit.record(RETENTION_RULE_SET, by, rule, organisation=provider, record=years.record, support=years.support)
    return rule


@transaction.atomic
def put_on_hold(apprenticeship_id: UUID, by: Actor, reason: str) -> LegalHold:
    """Let nothing of an apprenticeship be erased until the hold is lifted. While one stands, that one is returned.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: it has been erased.
        Incomplete: no reason.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.keeps_records(by, apprenticeship.provider), _only_admins())
    if apprenticeship.erased_at:
        raise OutOfTurn(_("The records of this learner have been erased already."))
    if standing := LegalHold.objects.unscoped().standing().filter(apprenticeship=apprenticeship).first():
        return standing
    hold = LegalHold.objects.create(
        apprenticeship=apprenticeship, provider=apprenticeship.provider, reason=_given(reason), put_on_by_id=by.person
    )
    audit.record(HOLD_PUT_ON, by, hold, organisation=apprenticeship.provider)
    return hold


@transaction.atomic
def lift_hold(hold_id: UUID, by: Actor, reason: str) -> LegalHold:
    """Lift a legal hold. Lifted before, nothing changes.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: no reason.
    """
    locked_apprenticeship(LegalHold.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=hold_id))
    hold = LegalHold.objects.unscoped().select_related("provider").get(pk=hold_id)
    require(access.can_lift(by, hold), _only_admins())
    if hold.lifted_at:
        return hold
    hold.lifted_at, hold.lifted_by_id, hold.lifted_because = clock.now(), by.person, _given(reason)
    hold.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    audit.record(HOLD_LIFTED, by, hold, organisation=hold.provider)
    return hold


@transaction.atomic
def ask_for_erasure(apprenticeship_id: UUID, by: Actor, *, plan_sha256: str, reason: str) -> Erasure:
    """Ask that what the dry run named is erased. Nothing is yet. While one waits, that one is returned.

    Args:
        plan_sha256: of the dry run that `by` has read.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: something is in the way, nothing is due, or the dry run says something else by now.
        Incomplete: no reason.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(ASK.who(by, apprenticeship.provider), _only_admins())
    if waiting := Erasure.objects.unscoped().open().filter(apprenticeship=apprenticeship).first():
        return waiting
    plan = _possible(apprenticeship, plan_sha256)
    erasure = Erasure.objects.create(
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        parts=plan.parts,
        plan_sha256=plan.sha256,
        reason=_given(reason),
        asked_by_id=by.person,
    )
    audit.record(ERASURE_ASKED, by, erasure, organisation=apprenticeship.provider, parts=plan.parts)
    return erasure


@transaction.atomic
def agree_to_erasure(erasure_id: UUID, by: Actor) -> Erasure:
    """Agree to what a colleague asked. A job erases it 30 days later. Agreed before, nothing changes.

    Raises:
        NotAllowed: `by` does not administer the provider, or asked themself.
        OutOfTurn: it was ended, something is in the way, or there is something else to erase than was asked.
    """
    erasure, apprenticeship = _locked(erasure_id)
    require(AGREE.who(by, erasure), _("Another admin than the one who asked has to agree."))
    if erasure.agreed_at and not erasure.ended_at:
        return erasure
    if not AGREE.starts_from(erasure.state):
        raise OutOfTurn(_("This was refused or cancelled."))
    _possible(apprenticeship, erasure.plan_sha256)
    erasure.agreed_at, erasure.agreed_by_id = clock.now(), by.person
    erasure.save(update_fields=["agreed_at", "agreed_by"])
    audit.record(ERASURE_AGREED, by, erasure, organisation=erasure.provider)
    return erasure


@transaction.atomic
def end_erasure(erasure_id: UUID, by: Actor) -> Erasure:
    """Refuse what a colleague asked, or take back what one asked oneself, as long as nothing is erased.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: it has been carried out.
    """
    erasure, _apprenticeship = _locked(erasure_id)
    require(END.who(by, erasure), _only_admins())
    if erasure.ended_at:
        return erasure
    if not END.starts_from(erasure.state):
        raise OutOfTurn(_("This has been erased already."))
    erasure.ended_at, erasure.ended_by_id = clock.now(), by.person
    erasure.save(update_fields=["ended_at", "ended_by"])
    audit.record(ERASURE_ENDED, by, erasure, organisation=erasure.provider)
    return erasure


@transaction.atomic
def carry_out(erasure_id: UUID) -> None:
    """Erase what two people agreed on, on behalf of who agreed. Carried out or ended before, nothing changes.

    Raises:
        OutOfTurn: the days in which it can be taken back are not over, or something came in the way since, such as a
            legal hold, or whoever agreed is no longer an admin.
    """
    erasure, apprenticeship = _locked(erasure_id)
    if erasure.erased_from is None or not CARRY_OUT.starts_from(erasure.state):
        return
    if clock.now() < erasure.erased_from:
        raise OutOfTurn(_("It can still be cancelled."))
    by = agreed_by(erasure)
    if not CARRY_OUT.who(by, erasure):
        raise OutOfTurn(_("Whoever agreed is no longer an admin. Cancel this and ask again."))
    hold_back_exports(apprenticeship)
    plan = _possible(apprenticeship, erasure.plan_sha256)
    Eraser(erasure, apprenticeship, plan, by).run()
    erasure.refresh_from_db()
    erasure.done_at = clock.now()
    erasure.report = {
        "rows": plan.counts,
        "files": plan.file_count,
        "bytes": plan.file_bytes,
        "account": plan.account,
        "kept": [kept.part.value for kept in plan.kept],
    }
    erasure.save(update_fields=["done_at", "report"])
    audit.record(ERASURE_DONE, by, erasure, organisation=erasure.provider, parts=erasure.parts)


def agreed_by(erasure: Erasure) -> Actor:
    """Whoever agreed, acting for the provider."""
    return Actor(erasure.agreed_by_id, erasure.provider_id)


def _locked(erasure_id: UUID) -> tuple[Erasure, Apprenticeship]:
    whose = Erasure.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=erasure_id)
    apprenticeship = locked_apprenticeship(whose)
    erasure: Erasure = (
        Erasure.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("provider")
        .get(pk=erasure_id)
    )
    return erasure, apprenticeship


def _possible(apprenticeship: Apprenticeship, plan_sha256: str) -> Plan:
    plan = plan_of(apprenticeship)
    if plan.in_the_way:
        raise OutOfTurn(" ".join(plan.in_the_way))
    if not plan.parts:
        raise OutOfTurn(_("Nothing of this can be erased yet."))
    if plan.sha256 != plan_sha256:
        raise OutOfTurn(_("What would be erased has changed since. Look at the list again."))
    return plan


def _given(reason: str) -> str:
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    return reason.strip()


def _only_admins() -> str:
    return _("Only an admin of the training provider can do this.")
