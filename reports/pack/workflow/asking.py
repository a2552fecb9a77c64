"""Asking for the pack, and for one's whole portfolio, as exports."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.uln import is_uln
from apprenticeships.workflow import locked_apprenticeship
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export
from reports.pack import access, keys
from reports.pack.models import ChosenPiece


@transaction.atomic
def ask_for_pack(apprenticeship_id: UUID, by: Actor, *, uln: str = "") -> Export:
    """Have a pack made by a job. While one is being made for the same person, that one is returned.

    Args:
        uln: the apprentice's number, if it is to stand in the name of the main folder.

    Raises:
        NotAllowed: `by` is neither the assessor nor an admin of the provider.
        OutOfTurn: no key to sign it with is set.
        Incomplete: no piece is chosen, or `uln` is no ULN.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_ask_for_pack(by, apprenticeship),
        _("Only the assessor and admins of the training provider can have the pack."),
    )
    if uln and not is_uln(uln):
        raise Incomplete(_("Check this number. A ULN has ten digits, and these do not make one."), field="uln")
    if not ChosenPiece.objects.unscoped().filter(apprenticeship=apprenticeship).standing().exists():
        raise Incomplete(_("Choose at least one piece of evidence first."))
    if keys.signing_key() is None:
        raise OutOfTurn(_("Packs cannot be made yet. Whoever runs this site has to set a key that signs them."))
    return ask_for_export(Export.Kind.PACK, by, apprenticeship=apprenticeship, asked_for={"uln": uln} if uln else {})


@transaction.atomic
def ask_for_portfolio(apprenticeship_id: UUID, by: Actor) -> Export:
    """Have one's whole portfolio made as open data, by the same job. While one is being made, that one is returned.

    Raises:
        NotAllowed: `by` is not its apprentice.
    """
    return ask_for_export(Export.Kind.PORTFOLIO, by, apprenticeship=locked_apprenticeship(apprenticeship_id))
