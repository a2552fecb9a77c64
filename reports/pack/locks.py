"""Taking hold of a pack for the rest of a transaction, and who may have packs of an apprenticeship."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from core.actor import Actor
from reports.pack import access
from reports.pack.models import Pack


def require_right(by: Actor, apprenticeship: Apprenticeship) -> None:
    """Refuse whoever may not have packs of this apprenticeship.

    Raises:
        NotAllowed: they are neither its assessor nor an admin of its provider.
    """
    require(
        access.can_ask_for_pack(by, apprenticeship),
        _("Only the assessor and admins of the training provider can have the pack."),
    )


def locked_pack(pack_id: UUID) -> Pack:
    """A pack, locked after its apprenticeship, as everywhere."""
    whose = Pack.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=pack_id)
    apprenticeship = locked_apprenticeship(whose)
    pack: Pack = Pack.objects.unscoped().select_for_update().get(pk=pack_id)
    pack.apprenticeship = apprenticeship
    return pack
