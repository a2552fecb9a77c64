"""Adopting a text that was recorded as a revision, by somebody who may."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from core.actor import Actor
from occupations import access
from occupations.importing import writing
from occupations.models import Revision, StandardVersion


@transaction.atomic
def adopt(revision_id: UUID, by: Actor) -> StandardVersion:
    """Make a recorded text the next correction of its version. Adopting twice returns the first correction.

    Raises:
        NotAllowed: `by` may not change the standard.
    """
    revision = Revision.objects.unscoped().select_related("version__standard__owner").get(pk=revision_id)
    require(access.can_adopt(by, revision), _("Only people who manage this standard can approve a change."))
    return writing.adopt(revision, by)
