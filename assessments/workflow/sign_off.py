"""Signing a KSB off, and withdrawing a sign-off."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState, Outcome
from apprenticeships.workflow import locked_apprenticeship
from assessments import access, coverage
from assessments.audit_actions import KSB_SIGNED_OFF, SIGN_OFF_WITHDRAWN
from assessments.models import Decision, Finding, Investigation, Reopening, SignOff, SignOffGround, SignOffWithdrawal
from assessments.moves.carrying import carried
from assessments.policies.missing import missing_for
from assessments.policies.rules import group_of, rules_of
from assessments.policies.wording import missing_words
from assessments.querysets.findings import reopened
from assessments.states import SignOffState
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.canonical import digest
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from core.prepared import Ids, Prepared
from portfolios import coverage as portfolio

_progress = Prepared(
    lambda apprenticeship, ksb: (
        KsbProgress.objects.unscoped().select_related("ksb").filter(apprenticeship=apprenticeship, ksb=ksb)
    ),
    is_the_same_every_day=True,
)
_standing = Prepared(
    lambda apprenticeship, ksbs: (
        SignOff.objects.unscoped()
        .filter(apprenticeship=apprenticeship, ksb__in=ksbs)
        .live()
        .annotate(is_reopened=reopened())
        .select_related("by")
    ),
    is_the_same_every_day=True,
)
_met = Prepared(
    lambda apprenticeship, ksbs: (
        Decision.objects.unscoped()
        .standing()
        .counting()
        .filter(claim__apprenticeship=apprenticeship, claim__ksb__in=ksbs, outcome=Outcome.MET)
        .order_by("at", "pk")
    ),
    is_the_same_every_day=True,
)
#: Those that no sign-off has followed, the newest first.
_withdrawals = Prepared(
    lambda apprenticeship, ksbs: SignOffWithdrawal.objects.filter(
        sign_off__apprenticeship=apprenticeship, sign_off__ksb__in=ksbs, followed_by=None
    ).order_by("-at", "-pk"),
    is_the_same_every_day=True,
)


#: Which of these it is follows from the decisions: what a milder rule of today finds enough need not be met yet.
SIGN_OFF = Act(
    "sign_off",
    access.can_sign_off,
    {state: [KsbState.SIGNED_OFF] for state in (KsbState.IN_PROGRESS, KsbState.SUBMITTED, KsbState.MET)},
)
SIGN_OFF_MAKES = Act("sign_off", access.can_sign_off, {}, creates=[SignOffState.STANDS])
SIGN_OFF_AGAIN = Act("sign_off", access.can_sign_off, {SignOffState.REOPENED: [SignOffState.WITHDRAWN]})
WITHDRAW = Act(
    "withdraw_sign_off",
    access.can_sign_off,
    {state: [SignOffState.WITHDRAWN] for state in (SignOffState.STANDS, SignOffState.REOPENED)},
)


@transaction.atomic
def sign_off(apprenticeship_id: UUID, ksb_id: UUID, by: Actor) -> SignOff:
    """Declare a KSB done, on the decisions that met its claims.

    Signing off again what one has signed off returns the first sign-off, with `is_repeat` set.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: somebody else signed it off, who and when; internal quality assurance reopened it, and the action is
            still open; a piece that claims it is under investigation; or it is not met, or the apprenticeship is
            closed.
        Incomplete: what the provider's rule asks for is not there yet; the message says what of it.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(SIGN_OFF.who(by, apprenticeship), _("Only the assigned assessor can sign off."))
    return _sign_off(apprenticeship, ksb_id, by)


def sign_off_on_appeal(withdrawn: SignOff, by: Actor) -> SignOff:
    """Sign a KSB off again, because an appeal was upheld: `decide_appeal` has asked whether `by` may. Same errors."""
    return _sign_off(locked_apprenticeship(withdrawn.apprenticeship_id), withdrawn.ksb_id, by)


def _sign_off(apprenticeship: Apprenticeship, ksb_id: UUID, by: Actor) -> SignOff:
    ways = carried(apprenticeship)
    progress: KsbProgress | None = _progress(apprenticeship=apprenticeship.pk, ksb=ways.now(ksb_id)).first()
    if progress is None:
        raise OutOfTurn(_("The apprentice no longer needs this KSB, so it cannot be signed off."))
    # What was judged for the statements it went on from counts; at most one sign-off of them all stands.
    sources = frozenset(ways.sources([progress.ksb_id]))
    standing: SignOff | None = _standing(apprenticeship=apprenticeship.pk, ksbs=sources).first()
    if standing and not vars(standing)["is_reopened"]:
        if standing.by_id == by.person_id:
            standing.is_repeat = True
            return standing
        raise OutOfTurn(
            _("%(person)s signed off %(code)s on %(when)s.")
            % {"person": standing.by, "code": progress.ksb.code, "when": moment(standing.at)}
        )
    require_open(apprenticeship)
    if _awaits_action(apprenticeship, sources):
        raise OutOfTurn(
            _("Internal quality assurance reopened %(code)s. Answer the action, and sign it off once that is closed.")
            % {"code": progress.ksb.code}
        )
    if _is_under_investigation(apprenticeship, sources):
        raise OutOfTurn(
            _("A piece that claims %(code)s is under investigation. You can sign it off once that is closed.")
            % {"code": progress.ksb.code}
        )
    if progress.newest_outcome != Outcome.MET or not SIGN_OFF.starts_from(progress.state):
        raise OutOfTurn(
            _("%(code)s is %(state)s. You can sign it off once the latest evidence for it is met.")
            % {"code": progress.ksb.code, "state": progress.get_state_display().lower()}
        )
    if missing := missing_for(apprenticeship, progress.ksb, sources):
        raise Incomplete(
            _("%(code)s still needs %(missing)s.")
            % {"code": progress.ksb.code, "missing": missing_words(missing, is_own=False)},
            field="sign_off",
            ksb=progress.ksb.code,
        )
    if standing and SIGN_OFF_AGAIN.starts_from(SignOffState.of(standing)):
        withdraw_quietly(standing, by, _("Reopened by internal quality assurance, and signed off again."))
    decisions = list(_met(apprenticeship=apprenticeship.pk, ksbs=sources))
    follows = next(iter(_withdrawals(apprenticeship=apprenticeship.pk, ksbs=sources)), None)
    if follows is None and SignOff.objects.unscoped().filter(apprenticeship=apprenticeship, ksb=progress.ksb).exists():
        raise OutOfTurn(
            _("An earlier sign-off of %(code)s was carried over to another KSB. Undo that move to sign this one off.")
            % {"code": progress.ksb.code}
        )
    made = SignOff.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        ksb=progress.ksb,
        follows=follows,
        by_id=by.person,
        at=clock.now(),
        grounds_sha256=digest([decision.fingerprint() for decision in decisions]),
    )
    SignOffGround.objects.bulk_create(SignOffGround(sign_off=made, decision=decision) for decision in decisions)
    coverage.refresh(apprenticeship, [progress.ksb_id])
    audit.record(
        KSB_SIGNED_OFF,
        by,
        made,
        organisation=apprenticeship.provider,
        apprenticeship=apprenticeship.pk,
        ksb=progress.ksb_id,
        decisions=[decision.pk for decision in decisions],
    )
    return made


@transaction.atomic
def sign_off_several(apprenticeship_id: UUID, ksb_ids: Collection[UUID], by: Actor) -> list[SignOff]:
    """Sign several KSBs of an apprentice off: all of them, or none. What `by` has signed off already is a repeat.

    Raises:
        NotAllowed, OutOfTurn, Incomplete: as for `sign_off`, of the first that cannot be; or nothing was chosen.
    """
    if not ksb_ids:
        raise Incomplete(_("Choose at least one KSB."), field="ksb")
    return [sign_off(apprenticeship_id, ksb, by) for ksb in ksb_ids]


def sign_off_by_itself(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID], by: Actor) -> None:
    """Sign off, after a decision by `by`, what is met now and needs no act of its own by the provider's rule."""
    rules = rules_of(apprenticeship)
    if not any(version.signs_off_itself for version in rules.versions):
        return
    ways = carried(apprenticeship)
    now = {ways.now(ksb) for ksb in ksb_ids}
    for row in portfolio.progress_on(apprenticeship, now):
        is_ready = row.state == KsbState.MET and rules.rule(group_of(row.ksb.type), clock.now()).signs_off_itself
        sources = frozenset(ways.sources([row.ksb_id]))
        if (
            is_ready
            and not _awaits_action(apprenticeship, sources)
            and not _is_under_investigation(apprenticeship, sources)
            and not missing_for(apprenticeship, row.ksb, sources)
        ):
            sign_off(apprenticeship.pk, row.ksb_id, by)


def _awaits_action(apprenticeship: Apprenticeship, ksbs: Ids) -> bool:
    """Whether internal quality assurance reopened one of these KSBs, and what it asked for is not closed."""
    reopenings = Reopening.objects.unscoped().standing().filter(apprenticeship=apprenticeship, sign_off__ksb__in=ksbs)
    actions = Finding.objects.unscoped().open_actions().filter(sample__in=reopenings.values("finding__sample"))
    return actions.exists()


def _is_under_investigation(apprenticeship: Apprenticeship, ksbs: Ids) -> bool:
    """Whether somebody looks into whether a piece that claims one of these KSBs is the apprentice's own work."""
    open_ones = Investigation.objects.unscoped().open().filter(apprenticeship=apprenticeship)
    return open_ones.filter(submission__claims__ksb__in=ksbs).exists()


@transaction.atomic
def withdraw_sign_off(sign_off_id: UUID, by: Actor, reason: str) -> SignOffWithdrawal:
    """Take a sign-off back, saying why. The sign-off stays on the record; the KSB is open again.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        Incomplete: no reason.
        OutOfTurn: it was withdrawn already, by whom and when; or the apprenticeship is closed.
    """
    standing = SignOff.objects.unscoped().select_related("ksb", "provider").get(pk=sign_off_id)
    apprenticeship = locked_apprenticeship(standing.apprenticeship_id)
    require(WITHDRAW.who(by, apprenticeship), _("Only the assigned assessor can withdraw a sign-off."))
    if not reason.strip():
        raise Incomplete(_("Say why you are withdrawing the sign-off."), field="reason")
    if earlier := SignOffWithdrawal.objects.select_related("by").filter(sign_off=standing).first():
        if (earlier.by_id, earlier.reason) == (by.person_id, reason.strip()):
            return earlier
        raise OutOfTurn(
            _("%(person)s withdrew this sign-off on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)}
        )
    require_open(apprenticeship)
    withdrawal = withdraw_quietly(standing, by, reason.strip())
    coverage.refresh(apprenticeship, [standing.ksb_id])
    return withdrawal


def withdraw_quietly(standing: SignOff, by: Actor, reason: str) -> SignOffWithdrawal:
    """Write down a withdrawal, for a function that asked for the right and brings progress up to date."""
    withdrawal = SignOffWithdrawal.objects.create(sign_off=standing, reason=reason, by_id=by.person, at=clock.now())
    audit.record(
        SIGN_OFF_WITHDRAWN,
        by,
        withdrawal,
        organisation=standing.provider,
        apprenticeship=standing.apprenticeship_id,
        ksb=standing.ksb_id,
    )
    return withdrawal
