"""Choosing pieces for the assessment organisation."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import is_open, why_closed
from apprenticeships.workflow import locked_apprenticeship
from assessments.models import Submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from programme.models import SignedKind, SignedVersion
from reports.audit_actions import PIECE_CHOSEN, PIECE_DROPPED
from reports.pack import access
from reports.pack.models import ChosenPiece


@transaction.atomic
def choose_pieces(apprenticeship_id: UUID, by: Actor, pieces: Mapping[UUID, bool]) -> int:
    """Choose the pieces with True and drop those with False; the others stay as they are. Returns how many changed.

    Raises:
        NotAllowed: `by` is neither the apprentice nor their assessor, or the portfolio is closed.
        OutOfTurn: the apprentice, the employer and the provider are declaring what is chosen.
        Incomplete: a piece is to be chosen that was not reviewed yet, or is not of this apprenticeship.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    if not is_open(apprenticeship):
        require(False, why_closed(apprenticeship))
    require(
        access.can_choose(by, apprenticeship),
        _("Only the apprentice and their assessor can choose pieces for the pack."),
    )
    declared = SignedVersion.objects.unscoped().of(SignedKind.GATEWAY).newest().filter(apprenticeship=apprenticeship)
    if declared.exclude(gateway_lock__isnull=False).exists():
        raise OutOfTurn(_("These pieces are part of a declaration. Withdraw it on the gateway page first."))
    standing = {
        row.evidence_id: row for row in ChosenPiece.objects.unscoped().filter(apprenticeship=apprenticeship).standing()
    }
    reviewed = Submission.objects.unscoped().filter(
        apprenticeship=apprenticeship, evidence__in=list(pieces), finished_at__isnull=False, withdrawn_at=None
    )
    known = set(reviewed.values_list("evidence", flat=True))
    now, changed = clock.now(), 0
    # In one order, so that the record reads the same whoever sends them.
    for piece in sorted(pieces, key=str):
        if pieces[piece] and piece not in standing:
            if piece not in known:
                raise Incomplete(_("Choose pieces that have been reviewed."), field="pieces")
            row = ChosenPiece.objects.create(
                evidence_id=piece,
                apprenticeship=apprenticeship,
                provider_id=apprenticeship.provider_id,
                chosen_by_id=by.person,
                chosen_at=now,
            )
            audit.record(PIECE_CHOSEN, by, row, organisation=apprenticeship.provider, evidence=piece)
            changed += 1
        elif not pieces[piece] and piece in standing:
            row = standing[piece]
            row.dropped_by_id, row.dropped_at = by.person, now
            row.save(update_fields=["dropped_by", "dropped_at"])
            audit.record(PIECE_DROPPED, by, row, organisation=apprenticeship.provider, evidence=piece)
            changed += 1
    return changed
