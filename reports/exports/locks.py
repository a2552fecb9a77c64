"""Taking hold of an export for the rest of a transaction."""

from uuid import UUID

from apprenticeships.workflow import locked_apprenticeship
from reports.exports.models import Export


def locked_export(export_id: UUID) -> Export:
    """An export, locked after its apprenticeship, as everywhere."""
    whose = Export.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=export_id)
    apprenticeship = locked_apprenticeship(whose) if whose else None
    export: Export = Export.objects.unscoped().select_for_update(no_key=True).get(pk=export_id)
    if apprenticeship:
        export.apprenticeship = apprenticeship
    return export
