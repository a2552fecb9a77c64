"""What somebody does next about an apprenticeship, ranked: what to sign, what came back, what is ready, the gaps."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import Apprenticeship, KsbState
from core.prepared import Row
from core.readable import readable
from pages.addresses import address_of, addresses_of
from pages.templatetags.coverage import beginning
from portfolios.models import Evidence
from reports.learners.learner import KsbFacts
from reports.owed import Owed

#: As many as one can keep in mind.
MOST = 8
_MOST_GAPS = 3


@dataclass(frozen=True)
class Step:
    """One thing to do, why, and where."""

    title: str
    why: str
    address: str


def steps(
    learner: Apprenticeship,
    ksbs: Sequence[KsbFacts],
    pieces: Iterable[Row],
    duty_counts: Mapping[str, int],
    to_sign: Iterable[Owed] = (),
    *,
    can_add: bool,
    can_sign_off: bool,
) -> list[Step]:
    """The steps, the most urgent first.

    Args:
        pieces: `portfolios.listing.latest`.
        duty_counts: how many duties take each KSB: among the gaps, what most duties take comes first.
        to_sign: what waits for the signature of whoever asks.
        can_add: whether whoever asks is the apprentice, and the portfolio is open.
    """
    by_state: dict[str, list[Row]] = {state: [] for state in Evidence.State.values}
    for piece in pieces:
        by_state[piece[2]].append(piece)
    found = [_sign(one) for one in to_sign]
    found += [_revise(piece) for piece in by_state[Evidence.State.REFERRED]]
    if can_add:
        found += [_send(piece) for piece in by_state[Evidence.State.DRAFT]]
    found += _for_states(learner, ksbs, can_sign_off=can_sign_off)
    gaps = [ksb for ksb in ksbs if ksb.state == KsbState.NOT_STARTED]
    gaps.sort(key=lambda ksb: -duty_counts.get(ksb.code, 0))
    found += [_fill(learner, ksb, duty_counts.get(ksb.code, 0)) for ksb in gaps[:_MOST_GAPS]]
    return found[:MOST]


def _title(piece: Row) -> str:
    return readable(piece[1]) or _("Untitled draft")


def _sign(one: Owed) -> Step:
    why = _("It was sent to you. Read it, then sign it or say why you will not.")
    return Step(_("Sign: %(what)s") % {"what": one.what}, why, addresses_of("signed-version")(one.subject))


def _revise(piece: Row) -> Step:
    return Step(
        _("Rework “%(title)s”") % {"title": _title(piece)},
        _("The assessor asked for changes."),
        f"{addresses_of('evidence')(piece[0])}#feedback",
    )


def _send(piece: Row) -> Step:
    return Step(
        _("Send “%(title)s”") % {"title": _title(piece)},
        _("It is a draft, and no assessor has seen it."),
        addresses_of("evidence-edit")(piece[0]),
    )


def _for_states(learner: Apprenticeship, ksbs: Iterable[KsbFacts], *, can_sign_off: bool) -> list[Step]:
    numbers = Counter(ksb.state for ksb in ksbs)
    whole = addresses_of("coverage")(learner.pk)
    found = []
    if n := numbers[KsbState.MET]:
        found.append(
            Step(
                ngettext("Sign off %(n)d KSB", "Sign off %(n)d KSBs", n) % {"n": n}
                if can_sign_off
                else ngettext("%(n)d KSB waits for sign-off", "%(n)d KSBs wait for sign-off", n) % {"n": n},
                _("Enough evidence was accepted. The assessor signs off."),
                addresses_of("sign-offs")(learner.pk) if can_sign_off else f"{whole}?state=met",
            )
        )
    if n := numbers[KsbState.SUBMITTED]:
        found.append(
            Step(
                ngettext("%(n)d KSB waits for feedback", "%(n)d KSBs wait for feedback", n) % {"n": n},
                _("Evidence was sent and is with the assessor."),
                f"{whole}?state=submitted",
            )
        )
    return found


def _fill(learner: Apprenticeship, ksb: KsbFacts, duties: int) -> Step:
    why = beginning(ksb.statement)
    if duties:
        why += " " + ngettext("It is part of %(n)d duty.", "It is part of %(n)d duties.", duties) % {"n": duties}
    return Step(_("Find evidence for %(code)s") % {"code": ksb.code}, why, address_of("ksb", learner.pk, ksb.code))


def duty_counts(duties: Iterable[Any]) -> Counter[str]:
    """How many of these duties take each KSB, by its code."""
    return Counter(ksb.code for duty in duties for ksb in duty.ksbs)
