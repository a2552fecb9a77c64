"""The page of a KSB as plain values: its claims and its history are worked out here, and the template only prints."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apprenticeships.models import Outcome
from assessments.about_ksb import Claimed, Drafted, SignedOff
from assessments.models import WordingConfirmation
from assessments.rounds import Superseded
from pages.addresses import addresses_of
from pages.templatetags.states import drawn_outcome, drawn_state
from pages.templatetags.when import when
from portfolios.models import Evidence

_STATES = dict(Evidence.State.choices)


def _title(given: str) -> str:
    return given or _("Untitled draft")


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


def claim_rows(claims: Iterable[Claimed], ksb: UUID) -> list[dict[str, Any]]:
    """A row for each claim that was submitted for this KSB, or for one that it goes on from."""
    address = addresses_of("evidence")
    rows = []
    for claim in claims:
        round_ = _("round %(n)s") % {"n": claim.round}
        if claim.ksb != ksb:
            round_ += ", " + _("for %(code)s of version %(n)s") % {"code": claim.code, "n": claim.version}
        rows.append(
            {
                "address": address(claim.piece),
                "title": _title(claim.title),
                "round": round_,
                "state": drawn_outcome(claim.outcome),
                "why": claim.why,
                "feedback": claim.feedback,
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
    confirmations: Iterable[WordingConfirmation],
) -> list[dict[str, Any]]:
    """Submissions, decisions, sign-offs, withdrawals and confirmed words as lines, newest first."""
    lines: list[tuple[datetime, str]] = []
    for claim in claims:
        named = {"title": _title(claim.title), "n": claim.round}
        lines.append(
            (
                claim.submitted_at,
                _("%(name)s sent “%(title)s”, round %(n)s.") % (named | {"name": claim.submitted_by}),
            )
        )
        if claim.decided_at:
            last = Superseded(
                str(claim.outcome), str(claim.feedback), claim.decided_at, str(claim.decided_by), str(claim.reason)
            )
            for decision in (last, *superseded.get(claim.claim, [])):
                lines.append((decision.decided_at, _decided(decision, _title(claim.title))))
    for made in sign_offs:
        lines.append((made.at, _("%(name)s signed it off.") % {"name": made.by}))
        if made.withdrawn_at:
            words = _("%(name)s withdrew the sign-off: %(reason)s")
            lines.append((made.withdrawn_at, words % {"name": made.withdrawn_by, "reason": made.reason}))
    lines += [
        (held.at, _("%(name)s confirmed it with the new wording.") % {"name": held.by.name}) for held in confirmations
    ]
    lines.sort(key=lambda line: line[0], reverse=True)
    return [{"at": when(at), "words": words} for at, words in lines]
