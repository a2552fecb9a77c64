"""The record as a table to be written: as many entries as somebody reads in a spreadsheet, in words."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from core import clock, moments
from core.actor import Actor
from reports.pictures import Cell
from reports.record.lines import OfOrganisation, lines
from reports.tables.files import TableFile

#: Of a longer record the newest are written. A provider's whole export has all of them.
MOST_LINES = 20_000
#: Entries are put into words in batches of this many.
_BATCH = 500


def table_of(entries: OfOrganisation, count: int, asker: Actor) -> TableFile:
    """The newest entries, with the names that `asker` may see.

    Args:
        count: how many.
    """
    title = _("Record")
    return TableFile(
        name=f"record-{clock.today().isoformat()}",
        title=title,
        about=[
            _("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())},
            _("The newest %(count)d entries of what was chosen.") % {"count": count},
        ],
        headings=[_("Number"), _("When"), _("Who"), _("What"), _("About"), _("More")],
        rows=_rows(entries, count, asker),
    )


def _rows(entries: OfOrganisation, count: int, asker: Actor) -> Iterator[Sequence[Cell]]:
    for start in range(0, count, _BATCH):
        for line in lines(entries[start : min(start + _BATCH, count)], asker):
            about = line.about.name if line.about else ""
            yield [line.sequence, line.at, line.who, line.did, about, ", ".join(line.details)]
