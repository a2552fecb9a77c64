"""The grid of an apprentice's evidence against the KSBs of their standard, a page of pieces at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator

from apprenticeships.models import Apprenticeship, KsbState
from core.actor import Actor
from portfolios.mapping import ClaimableKsb, Standing, claimable_ksbs, standings
from portfolios.models import Claim, Evidence
from portfolios.querysets import EvidenceQuerySet

#: Ten claims a piece are many, so a page without a script sends a few hundred fields at most.
PIECES_PER_PAGE = 25


@dataclass(frozen=True)
class Cell:
    """One piece against one KSB."""

    ksb: ClaimableKsb
    claim: Claim | None
    is_ticked: bool

    @property
    def is_met(self) -> bool:
        return bool(self.claim and self.claim.is_met)

    @property
    def state(self) -> KsbState:
        """How a claim that cannot be changed here stands."""
        return KsbState.MET if self.is_met else KsbState.SUBMITTED


@dataclass(frozen=True)
class Row:
    """One piece of evidence with a cell for each KSB."""

    evidence: Evidence
    cells: list[Cell]

    @property
    def claim_count(self) -> int:
        return sum(cell.claim is not None for cell in self.cells)


@dataclass(frozen=True)
class Column:
    """A KSB of the grid, and how it stands over all evidence."""

    ksb: ClaimableKsb
    standing: Standing | None


@dataclass(frozen=True)
class GridPage:
    """A page of rows, and the columns by the kind of KSB."""

    apprenticeship: Apprenticeship
    page: Page[Any]
    columns: list[Column]
    rows: list[Row]

    def kinds(self) -> list[tuple[str, list[Column]]]:
        """The columns under the name of their kind."""
        grouped = groupby(self.columns, key=lambda column: column.ksb.type_label)
        return [(label, list(columns)) for label, columns in grouped]


@dataclass(frozen=True)
class Ticks:
    """The codes of the KSBs that were ticked in a row when its page was read, and of those that are ticked now."""

    before: frozenset[str]
    now: frozenset[str]


#: What a sent grid says of each piece that was on its page, by the piece's id.
Sent = Mapping[UUID, Ticks]


@dataclass(frozen=True)
class Change:
    """A cell that was ticked or unticked."""

    evidence: Evidence
    ksb: ClaimableKsb
    is_claimed: bool


def page_of(apprenticeship: Apprenticeship, actor: Actor, number: str | None, sent: Sent | None = None) -> GridPage:
    """The pieces, newest first, with their claims. A fixed number of queries.

    Args:
        sent: a grid that could not be saved, whose ticks are shown in place of the claims that stand.
    """
    ksbs = claimable_ksbs(apprenticeship)
    stand = standings(apprenticeship, ksbs)
    page = Paginator(_pieces(apprenticeship, actor).newest_first(), PIECES_PER_PAGE).get_page(number)
    columns = [Column(ksb, stand.get(ksb.pk)) for ksb in ksbs]
    return GridPage(apprenticeship, page, columns, [_row(piece, ksbs, sent or {}) for piece in page.object_list])


def _pieces(apprenticeship: Apprenticeship, actor: Actor) -> EvidenceQuerySet:
    return Evidence.objects.visible_to(actor).filter(apprenticeship=apprenticeship).kept().prefetch_related("claims")


def _row(piece: Evidence, ksbs: list[ClaimableKsb], sent: Sent) -> Row:
    claims = {claim.ksb_id: claim for claim in piece.claims.all()}
    ticks = sent.get(piece.pk)
    ticked = {ksb.pk for ksb in ksbs if ksb.code in ticks.now} if ticks else set(claims)
    return Row(piece, [Cell(ksb, claims.get(ksb.pk), ksb.pk in ticked) for ksb in ksbs])


def changes_in(apprenticeship: Apprenticeship, actor: Actor, sent: Sent) -> Iterator[Change]:
    """What a sent grid would change: the cells that were ticked or unticked since the page was read."""
    ksbs = claimable_ksbs(apprenticeship)
    for piece in _pieces(apprenticeship, actor).filter(pk__in=sent):
        ticks = sent[piece.pk]
        for cell in _row(piece, ksbs, sent).cells:
            if (cell.ksb.code in ticks.before) != cell.is_ticked and not cell.is_met:
                yield Change(piece, cell.ksb, cell.is_ticked)
