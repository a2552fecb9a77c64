"""Taking hold of a pack for the rest of a transaction, and who may have packs of an apprenticeship."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from core.actor import Actor
from reports.pack import access
from reports.pack.models import Pack


def require_right(by: Actor, apprenticeship: Apprenticeship, kind: str) -> None:
    """Refuse whoever may not have packs of this kind of this apprenticeship.

    Raises:
        NotAllowed: of a pack, they are neither its assessor nor an admin of its provider; of a portfolio, it is not
            theirs.
    """
    is_portfolio = kind == Pack.Kind.PORTFOLIO
    require(
        access.can_have(by, apprenticeship, kind),
        _("Only the apprentice can have the whole portfolio.")
        if is_portfolio
        else _("Only the assessor and admins of the training provider can have the pack."),
    )


def locked_pack(pack_id: UUID) -> Pack:
    """A pack, locked after its apprenticeship, as everywhere."""
    whose = Pack.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=pack_id)
    apprenticeship = locked_apprenticeship(whose)
    pack: Pack = Pack.objects.unscoped().select_for_update().get(pk=pack_id)
    pack.apprenticeship = apprenticeship
    return pack
