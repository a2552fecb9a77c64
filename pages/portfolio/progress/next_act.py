"""The one thing that an apprentice does next, which stands first on their own page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import Apprenticeship, KsbState
from core import moments
from core.prepared import Row
from pages.addresses import addresses_of
from portfolios.models import Evidence
from reports.owed import Owed


@dataclass(frozen=True)
class NextAct:
    """What to do, why, and the button that leads there. Without an address there is nothing to do."""

    title: str
    text: str
    button: str = ""
    address: str = ""


def next_act(
    apprenticeship: Apprenticeship,
    states: Iterable[str],
    pieces: Mapping[str, Sequence[Row]],
    days: Mapping[UUID, date],
) -> tuple[NextAct, Row | None]:
    """What comes next, and the piece that it is about.

    Args:
        states: the state of each KSB.
        pieces: by state, the newest `portfolios.listing.latest`.
        days: by the id of a piece, by when its assessor asks for the changes; the soonest is what comes next.
    """
    counts = Counter(states)
    referred, drafts = pieces[Evidence.State.REFERRED], pieces[Evidence.State.DRAFT]
    if referred:
        soonest = min(referred, key=lambda piece: days.get(piece[0], date.max))
        return _revise(soonest, counts[KsbState.NEEDS_WORK], days.get(soonest[0])), soonest
    if drafts:
        return _go_on(drafts[0]), drafts[0]
    return _add_or_wait(apprenticeship, counts, is_first=not any(pieces.values())), None


def sign(one: Owed) -> NextAct:
    """Others cannot go on until it is signed, and it takes a minute: it comes before everything else."""
    words = _("“%(what)s” was sent to you on %(day)s. Read it, then sign it or say why you will not.")
    return NextAct(
        _("Your signature is needed"),
        words % {"what": one.what, "day": moments.day(localtime(one.since).date())},
        _("Read and sign"),
        addresses_of("signed-version")(one.subject),
    )


def _revise(piece: Row, ksb_count: int, by_when: date | None) -> NextAct:
    words = _("Read what your assessor wrote about “%(title)s”.") % {"title": piece[1] or _("Untitled draft")}
    if by_when:
        words += " " + _("Send your changes by %(day)s.") % {"day": moments.day(by_when)}
    return NextAct(
        ngettext("%(n)d KSB needs work", "%(n)d KSBs need work", ksb_count) % {"n": ksb_count}
        if ksb_count
        else _("One of your pieces needs work"),
        words,
        _("Read the feedback"),
        f"{addresses_of('evidence')(piece[0])}#feedback",
    )


def _go_on(piece: Row) -> NextAct:
    return NextAct(
        _("Send your draft"),
        _("“%(title)s” is saved, but your assessor has not seen it.") % {"title": piece[1] or _("Untitled draft")},
        _("Continue"),
        addresses_of("evidence-edit")(piece[0]),
    )


def _add_or_wait(apprenticeship: Apprenticeship, counts: Counter[str], *, is_first: bool) -> NextAct:
    add = (_("Add evidence"), addresses_of("evidence-new")(apprenticeship.pk))
    if is_first:
        return NextAct(
            _("Start with something you did this week"),
            _("A photo, a document or a few lines is enough. Then choose what it proves, and send it."),
            *add,
        )
    if gaps := counts[KsbState.NOT_STARTED]:
        return NextAct(
            _("Add evidence"),
            ngettext("%(n)d KSB has no evidence yet.", "%(n)d KSBs have no evidence yet.", gaps) % {"n": gaps},
            *add,
        )
    if waiting := counts[KsbState.SUBMITTED] + counts[KsbState.MET]:
        return NextAct(
            _("Nothing to do right now"),
            ngettext("%(n)d KSB is with your assessor.", "%(n)d KSBs are with your assessor.", waiting)
            % {"n": waiting},
        )
    if counts and counts.keys() == {KsbState.SIGNED_OFF}:
        return NextAct(_("Every KSB is signed off"), _("There is nothing left to prove for this standard."))
    return NextAct(_("Add evidence"), _("Show something that you did at work."), *add)
