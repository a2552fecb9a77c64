"""Adopting a text that was recorded as a revision, by somebody who may."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from occupations import access
from occupations.importing import writing
from occupations.models import Revision, StandardVersion


@transaction.atomic
def adopt(revision_id: UUID, by: User) -> StandardVersion:
    """Make a recorded text the next correction of its version. Adopting twice returns the first correction.

    Raises:
        NotAllowed: `by` is not an admin of a training provider.
    """
    require(access.can_adopt(by), _("Only admins of a training provider adopt a text."))
    return writing.adopt(Revision.objects.get(pk=revision_id), by)
