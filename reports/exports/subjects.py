"""The subjects of what is recorded of exports."""

from collections.abc import Collection

from core.actor import Actor
from core.links import path_to
from reports.exports.models import Export
from reports.record.found import Found, Subject, keys


def find_exports(ids: Collection[str], actor: Actor) -> Found:
    """Files that somebody asked for: of whom, or which."""
    rows = Export.objects.visible_to(actor).filter(pk__in=keys(ids)).select_related("apprenticeship__apprentice")
    for row in rows:
        name = row.apprenticeship.apprentice.name if row.apprenticeship else row.get_kind_display()
        yield row.pk, Subject(name, path_to("exports") if row.asked_by_id == actor.person_id else "")
