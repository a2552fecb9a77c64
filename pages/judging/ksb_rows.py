"""The page of a KSB as plain values: its claims and its history are worked out here, and the template only prints."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apprenticeships.models import KsbProgress, KsbState, Outcome
from assessments.about_ksb import Claimed, Drafted, Reopened, SignedOff
from assessments.feedback import NOTHING
from assessments.models import WordingConfirmation
from assessments.policies.missing import Missing
from assessments.policies.wording import missing_words
from assessments.rounds import Superseded
from occupations.models import KsbType
from pages.addresses import addresses_of
from pages.templatetags.feedback import drawn_feedback
from pages.templatetags.states import drawn_outcome, drawn_state
from pages.templatetags.when import when
from portfolios.models import Evidence

_STATES = dict(Evidence.State.choices)


_MISSING = {
    KsbState.NOT_STARTED: _lazy("Still missing: any evidence. Add something you did that shows this."),
    KsbState.IN_PROGRESS: _lazy("Still missing: you have not sent it. It is in one of your drafts."),
    KsbState.SUBMITTED: _lazy("Nothing for you to do now: your assessor has it."),
    KsbState.NEEDS_WORK: _lazy("Still missing: the changes that your assessor asked for."),
    KsbState.MET: _lazy("Your evidence shows it. Only your assessor’s sign-off is missing."),
    KsbState.SIGNED_OFF: _lazy("Nothing is missing: it is signed off."),
}
_MISSING_TO_OTHERS = {
    KsbState.NOT_STARTED: _lazy("No evidence has been sent for this yet."),
    KsbState.IN_PROGRESS: _lazy("No evidence has been sent for this yet."),
    KsbState.SUBMITTED: _lazy("Its evidence is waiting for a review."),
    KsbState.NEEDS_WORK: _lazy("Still missing: the changes that were asked for."),
    KsbState.MET: _lazy("The evidence shows it. Only the sign-off is missing."),
    KsbState.SIGNED_OFF: _lazy("Nothing is missing: it is signed off."),
}
_KNOWLEDGE = _lazy("Knowledge is something you know and understand. Explain it in your own words, with an example.")
_SKILL = _lazy("A skill is something you can do. Show a piece of work, or yourself doing it.")
_BEHAVIOUR = _lazy("A behaviour is how you go about your work. Tell what happened, and how you acted.")
_TYPES = {
    KsbType.K: _KNOWLEDGE,
    KsbType.S: _SKILL,
    KsbType.B: _BEHAVIOUR,
    KsbType.TK: _KNOWLEDGE,
    KsbType.TS: _SKILL,
    KsbType.ESB: _BEHAVIOUR,
}


def missing(progress: KsbProgress, lacks: Missing, *, is_own: bool) -> str:
    """What a KSB still lacks, in a sentence for its apprentice or for somebody else."""
    state = KsbState(progress.state)
    has_shown = progress.met_count and not (is_own and progress.drafted_count)
    if state == KsbState.IN_PROGRESS and has_shown and not lacks:
        state = KsbState.MET
    if lacks and (state == KsbState.MET or (state == KsbState.IN_PROGRESS and has_shown)):
        return _("Still missing: %(what)s.") % {"what": missing_words(lacks, is_own=is_own)}
    return str((_MISSING if is_own else _MISSING_TO_OTHERS)[state])


def asked_for(type_: str) -> str:
    """What a KSB of this type asks of somebody."""
    return str(_TYPES[KsbType(type_)])


def said_last(claims: Sequence[Claimed]) -> dict[str, Any] | None:
    """The newest feedback on a KSB, and the claim that it is about."""
    said = [claim for claim in claims if claim.feedback and claim.decided_at]
    if not said:
        return None
    newest = max(said, key=lambda claim: claim.decided_at or claim.submitted_at)
    return {
        "claim": newest.claim,
        "by": newest.decided_by,
        "at": when(newest.decided_at),
        "state": drawn_outcome(newest.outcome, is_to_countersign=newest.is_to_countersign),
        "title": _title(newest.title),
        "address": addresses_of("evidence")(newest.piece),
        "feedback": drawn_feedback(newest.feedback),
    }


def _title(given: str) -> str:
    return given or _("Untitled draft")


def appeal_offer(claims: Sequence[Claimed], sign_offs: Sequence[SignedOff]) -> dict[str, Any] | None:
    """Where the apprentice appeals against the newest *not yet* or withdrawal, or sees where their appeal stands."""
    decided = [claim for claim in claims if claim.decided_at]
    newest = max(decided, key=lambda claim: claim.decided_at or claim.submitted_at) if decided else None
    if newest and newest.outcome == Outcome.NOT_YET and newest.decision and not newest.is_to_countersign:
        return _appeal(newest.appeal, "appeal-decision", newest.decision)
    last = sign_offs[0] if sign_offs else None
    if last and last.withdrawal:
        return _appeal(last.appeal, "appeal-withdrawal", last.withdrawal)
    return None


def _appeal(made: UUID | None, name: str, against: UUID) -> dict[str, Any]:
    return {"is_made": bool(made), "address": addresses_of("appeal" if made else name)(made or against)}


def draft_rows(drafts: Iterable[Drafted]) -> list[dict[str, Any]]:
    """A row for each claim in a working copy."""
    address = addresses_of("evidence-edit")
    return [
        {
            "address": address(draft.piece),
            "title": _title(draft.title),
            "state": drawn_state(draft.state, str(_STATES[draft.state])),
            "why": draft.why,
        }
        for draft in drafts
    ]


def claim_rows(claims: Iterable[Claimed], ksb: UUID, *, told: UUID | None = None) -> list[dict[str, Any]]:
    """A row for each claim that was submitted for this KSB, or for one that it goes on from.

    Args:
        told: the claim whose feedback the page has already.
    """
    address = addresses_of("evidence")
    rows = []
    for claim in claims:
        round_ = _("round %(n)s") % {"n": claim.round}
        if claim.added_by:
            round_ += ", " + _("added by %(name)s") % {"name": claim.added_by}
        if claim.ksb != ksb:
            round_ += ", " + _("for %(code)s of version %(n)s") % {"code": claim.code, "n": claim.version}
        rows.append(
            {
                "address": address(claim.piece),
                "title": _title(claim.title),
                "round": round_,
                "state": drawn_outcome(claim.outcome, is_to_countersign=claim.is_to_countersign),
                "why": claim.why,
                "feedback": "" if claim.claim == told else drawn_feedback(claim.feedback),
            }
        )
    return rows


def _decided(decision: Superseded, title: str) -> str:
    if decision.reason:
        words = _("%(name)s corrected the decision on “%(title)s” to %(outcome)s: %(reason)s")
    else:
        words = _("%(name)s decided: %(outcome)s, on “%(title)s”.")
    outcome = str(Outcome(decision.outcome).label).lower()
    return words % {"name": decision.decided_by, "title": title, "reason": decision.reason, "outcome": outcome}


def history_rows(
    claims: Iterable[Claimed],
    superseded: Mapping[UUID, list[Superseded]],
    sign_offs: Iterable[SignedOff],
    reopenings: Iterable[Reopened],
    confirmations: Iterable[WordingConfirmation],
) -> list[dict[str, Any]]:
    """Submissions, decisions, sign-offs, withdrawals, reopenings and confirmed words as lines, newest first."""
    lines: list[tuple[datetime, str]] = []
    for claim in claims:
        named = {"title": _title(claim.title), "n": claim.round}
        if claim.added_by and claim.decided_at:
            words = _("%(name)s added it to “%(title)s”, round %(n)s.")
            lines.append((claim.decided_at, words % (named | {"name": claim.added_by})))
        else:
            words = _("%(name)s sent “%(title)s”, round %(n)s.")
            lines.append((claim.submitted_at, words % (named | {"name": claim.submitted_by})))
        if claim.decided_at:
            last = Superseded(
                str(claim.outcome),
                claim.feedback or NOTHING,
                claim.decided_at,
                str(claim.decided_by),
                str(claim.reason),
            )
            for decision in (last, *superseded.get(claim.claim, [])):
                lines.append((decision.decided_at, _decided(decision, _title(claim.title))))
        if claim.countersigned_at:
            words = _("%(name)s countersigned the decision on “%(title)s”.")
            said = {"name": claim.countersigned_by, "title": _title(claim.title)}
            lines.append((claim.countersigned_at, words % said))
    for made in sign_offs:
        lines.append((made.at, _("%(name)s signed it off.") % {"name": made.by}))
        if made.withdrawn_at:
            words = _("%(name)s withdrew the sign-off: %(reason)s")
            lines.append((made.withdrawn_at, words % {"name": made.withdrawn_by, "reason": made.reason}))
    for one in reopenings:
        words = _("%(name)s undid the reopening: %(reason)s") if one.undoes else _("%(name)s reopened it: %(reason)s")
        lines.append((one.at, words % {"name": one.by, "reason": one.reason}))
    lines += [
        (held.at, _("%(name)s confirmed it with the new wording.") % {"name": held.by.name}) for held in confirmations
    ]
    lines.sort(key=lambda line: line[0], reverse=True)
    return [{"at": when(at), "words": words} for at, words in lines]
