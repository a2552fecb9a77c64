"""Taking hold of an export for the rest of a transaction."""

from uuid import UUID

from accounts.models import Organisation, User
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from reports.exports.models import Export


def wait_for_erasures(export_id: UUID) -> None:
    """Before an export is begun: have an erasure of something that may be in it end first.

    An export of one learner waits at the learner's own lock.
    """
    found = Export.objects.unscoped().values("apprenticeship", "provider", "asked_by").get(pk=export_id)
    if found["apprenticeship"] is None and found["provider"]:
        Organisation.objects.select_for_update(no_key=True).get(pk=found["provider"])
    elif found["apprenticeship"] is None:
        User.objects.select_for_update(no_key=True).get(pk=found["asked_by"])


def hold_back_exports(apprenticeship: Apprenticeship) -> None:
    """Let no export that may hold something of a learner begin for the rest of a transaction.

    Args:
        apprenticeship: locked.
    """
    # A mentor asks on behalf of the employer.
    whose = [pk for pk in (apprenticeship.provider_id, apprenticeship.employer_id) if pk]
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=whose).order_by("pk"))
    User.objects.select_for_update(no_key=True).get(pk=apprenticeship.apprentice_id)


def locked_export(export_id: UUID) -> Export:
    """An export, locked after its apprenticeship, as everywhere."""
    whose = Export.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=export_id)
    apprenticeship = locked_apprenticeship(whose) if whose else None
    export: Export = Export.objects.unscoped().select_for_update(no_key=True).get(pk=export_id)
    if apprenticeship:
        export.apprenticeship = apprenticeship
    return export
