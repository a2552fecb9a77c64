"""Signing a KSB off, and withdrawing a sign-off."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState, Outcome
from apprenticeships.workflow import locked_apprenticeship
from assessments import access, coverage
from assessments.audit_actions import KSB_SIGNED_OFF, SIGN_OFF_WITHDRAWN
from assessments.models import (
    Decision,
    Finding,
    Investigation,
    Reopening,
    SignOff,
    SignOffGround,
    SignOffWithdrawal,
    SubmittedClaim,
)
from assessments.policies.missing import readiness
from assessments.policies.rules import group_of
from assessments.policies.terms import Terms, terms_of
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
from core.prepared import Given, Prepared
from core.writing import insert
from occupations.models import Ksb
from portfolios import coverage as portfolio

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
        .select_related("claim")
        .order_by("at", "pk")
    ),
    is_the_same_every_day=True,
)
#: Those that no sign-off has followed, the newest first.
_withdrawals = Prepared(
    lambda apprenticeship, ksbs: (
        SignOffWithdrawal.objects.filter(
            sign_off__apprenticeship=apprenticeship, sign_off__ksb__in=ksbs, followed_by=None
        )
        .select_related("sign_off")
        .order_by("-at", "-pk")
    ),
    is_the_same_every_day=True,
)
_ever = Prepared(
    lambda apprenticeship, ksbs: (
        SignOff.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=ksbs).values_list("ksb")
    ),
    is_the_same_every_day=True,
)
#: Those that internal quality assurance reopened, where what it asked for is not closed.
_awaiting_action = Prepared(
    lambda apprenticeship, ksbs: (
        Reopening.objects.unscoped()
        .standing()
        .filter(apprenticeship=apprenticeship, sign_off__ksb__in=ksbs)
        .filter(Exists(Finding.objects.unscoped().open_actions().filter(sample=OuterRef("finding__sample"))))
        .values_list("sign_off__ksb")
    ),
    is_the_same_every_day=True,
)
#: Those that a piece claims of which somebody looks into whether it is the apprentice's own work.
_under_investigation = Prepared(
    lambda apprenticeship, ksbs: (
        SubmittedClaim.objects.unscoped()
        .filter(apprenticeship=apprenticeship, ksb__in=ksbs)
        .filter(
            submission__in=Investigation.objects.unscoped()
            .open()
            .filter(apprenticeship=apprenticeship)
            .values("submission")
        )
        .values_list("ksb")
    ),
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
    return sign_off_several(apprenticeship_id, [ksb_id], by)[0]


@transaction.atomic
def sign_off_several(apprenticeship_id: UUID, ksb_ids: Collection[UUID], by: Actor) -> list[SignOff]:
    """Sign several KSBs of an apprentice off: all of them, or none. What `by` has signed off already is a repeat.

    Raises:
        NotAllowed, OutOfTurn, Incomplete: as for `sign_off`, of the first that cannot be; or nothing was chosen.
    """
    if not ksb_ids:
        raise Incomplete(_("Choose at least one KSB."), field="ksb")
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(SIGN_OFF.who(by, apprenticeship), _("Only the assigned assessor can sign off."))
    return sign_off_with(apprenticeship, ksb_ids, by, terms_of(apprenticeship))


def sign_off_on_appeal(withdrawn: SignOff, by: Actor) -> SignOff:
    """Sign a KSB off again, because an appeal was upheld: `decide_appeal` has asked whether `by` may. Same errors."""
    apprenticeship = locked_apprenticeship(withdrawn.apprenticeship_id)
    return sign_off_with(apprenticeship, [withdrawn.ksb_id], by, terms_of(apprenticeship))[0]


def sign_off_with(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID], by: Actor, terms: Terms) -> list[SignOff]:
    """Sign these KSBs off in an act that has locked the apprenticeship and asked whether `by` may. Same errors."""
    ways = terms.ways
    wanted = [ways.now(ksb) for ksb in ksb_ids]
    # What was judged for the statements they went on from counts; at most one sign-off of them all stands.
    of: Given = {"apprenticeship": apprenticeship.pk, "ksbs": frozenset(ways.sources(wanted))}
    progress = {row.ksb_id: row for row in portfolio.progress_on(apprenticeship, wanted)}
    standing: dict[UUID, SignOff] = {ways.now(one.ksb_id): one for one in _standing(**of)}
    refuse = _Refusals(apprenticeship, [row.ksb for row in progress.values()], terms)
    signed: dict[UUID, SignOff] = {}
    new: list[KsbProgress] = []
    for ksb in dict.fromkeys(wanted):
        if ksb not in progress:
            raise OutOfTurn(_("The apprentice no longer needs this KSB, so it cannot be signed off."))
        code, before = progress[ksb].ksb.code, standing.get(ksb)
        if before and not vars(before)["is_reopened"]:
            if before.by_id != by.person_id:
                raise OutOfTurn(
                    _("%(person)s signed off %(code)s on %(when)s.")
                    % {"person": before.by, "code": code, "when": moment(before.at)}
                )
            before.is_repeat = True
            signed[ksb] = before
        else:
            refuse.if_not_ready(progress[ksb])
            new.append(progress[ksb])
    for row in new:
        before = standing.get(row.ksb_id)
        if before and SIGN_OFF_AGAIN.starts_from(SignOffState.of(before)):
            withdraw_quietly(before, by, _("Reopened by internal quality assurance, and signed off again."))
    if new:
        signed |= _write(apprenticeship, new, by, terms)
    return [signed[ksb] for ksb in wanted]


class _Refusals:
    """Why KSBs of an apprenticeship that are not signed off cannot be now: read at once for all of them."""

    def __init__(self, apprenticeship: Apprenticeship, ksbs: list[Ksb], terms: Terms) -> None:
        self.apprenticeship = apprenticeship
        ways = terms.ways
        of: Given = {"apprenticeship": apprenticeship.pk, "ksbs": frozenset(ways.sources(ksb.pk for ksb in ksbs))}
        self.awaiting_action = {ways.now(ksb) for (ksb,) in _awaiting_action(**of)}
        self.under_investigation = {ways.now(ksb) for (ksb,) in _under_investigation(**of)}
        self.missing = {ksb: one.missing for ksb, one in readiness(apprenticeship, ksbs, terms).items()}

    def is_ready(self, row: KsbProgress) -> bool:
        """Whether a KSB that is met can be signed off without anybody's doing."""
        held_up = self.awaiting_action | self.under_investigation
        return row.ksb_id not in held_up and not self.missing[row.ksb_id]

    def if_not_ready(self, row: KsbProgress) -> None:
        require_open(self.apprenticeship)
        code = row.ksb.code
        if row.ksb_id in self.awaiting_action:
            raise OutOfTurn(
                _(
                    "Internal quality assurance reopened %(code)s. "
                    "Answer the action, and sign it off once that is closed."
                )
                % {"code": code}
            )
        if row.ksb_id in self.under_investigation:
            raise OutOfTurn(
                _("A piece that claims %(code)s is under investigation. You can sign it off once that is closed.")
                % {"code": code}
            )
        if row.newest_outcome != Outcome.MET or not SIGN_OFF.starts_from(row.state):
            raise OutOfTurn(
                _("%(code)s is %(state)s. You can sign it off once the latest evidence for it is met.")
                % {"code": code, "state": row.get_state_display().lower()}
            )
        if missing := self.missing[row.ksb_id]:
            raise Incomplete(
                _("%(code)s still needs %(missing)s.")
                % {"code": code, "missing": missing_words(missing, is_own=False)},
                field="sign_off",
                ksb=code,
            )


def _write(apprenticeship: Apprenticeship, rows: list[KsbProgress], by: Actor, terms: Terms) -> dict[UUID, SignOff]:
    """Write sign-offs with the decisions they rest on, bring progress up to date and record them, by their KSBs."""
    ways, ksbs = terms.ways, [row.ksb_id for row in rows]
    of: Given = {"apprenticeship": apprenticeship.pk, "ksbs": frozenset(ways.sources(ksbs))}
    decisions: dict[UUID, list[Decision]] = {ksb: [] for ksb in ksbs}
    for decision in _met(**of):
        decisions[ways.now(decision.claim.ksb_id)].append(decision)
    follows: dict[UUID, SignOffWithdrawal] = {}
    for withdrawal in _withdrawals(**of):
        follows.setdefault(ways.now(withdrawal.sign_off.ksb_id), withdrawal)
    ever = {ksb for (ksb,) in _ever(apprenticeship=apprenticeship.pk, ksbs=frozenset(ksbs))}
    for row in rows:
        if row.ksb_id in ever and row.ksb_id not in follows:
            raise OutOfTurn(
                _(
                    "An earlier sign-off of %(code)s was carried over to another KSB. "
                    "Undo that move to sign this one off."
                )
                % {"code": row.ksb.code}
            )
    made = {
        row.ksb_id: SignOff(
            apprenticeship=apprenticeship,
            provider_id=apprenticeship.provider_id,
            ksb=row.ksb,
            follows=follows.get(row.ksb_id),
            by_id=by.person,
            at=clock.now(),
            grounds_sha256=digest([decision.fingerprint() for decision in decisions[row.ksb_id]]),
        )
        for row in rows
    }
    insert(list(made.values()))
    insert([SignOffGround(sign_off=made[ksb], decision=decision) for ksb in ksbs for decision in decisions[ksb]])
    coverage.refresh(apprenticeship, ksbs, terms)
    audit.record_many(
        audit.Happening(
            KSB_SIGNED_OFF,
            by,
            made[ksb],
            apprenticeship.provider,
            {
                "apprenticeship": apprenticeship.pk,
                "ksb": ksb,
                "decisions": [decision.pk for decision in decisions[ksb]],
            },
        )
        for ksb in ksbs
    )
    return made


def sign_off_by_itself(apprenticeship: Apprenticeship, ksb_ids: Iterable[UUID], by: Actor, terms: Terms) -> None:
    """Sign off, after a decision by `by`, what is met now and needs no act of its own by the provider's rule."""
    if not terms.rules.may_sign_off_themselves:
        return
    now = {terms.ways.now(ksb) for ksb in ksb_ids}
    rows = [
        row
        for row in portfolio.progress_on(apprenticeship, now)
        if row.state == KsbState.MET and terms.rules.rule(group_of(row.ksb.type), clock.now()).signs_off_itself
    ]
    if not rows:
        return
    refusals = _Refusals(apprenticeship, [row.ksb for row in rows], terms)
    if ready := [row.ksb_id for row in rows if refusals.is_ready(row)]:
        require(SIGN_OFF.who(by, apprenticeship), _("Only the assigned assessor can sign off."))
        sign_off_with(apprenticeship, ready, by, terms)


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
