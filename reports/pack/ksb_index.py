"""The index of a pack: for each KSB the evidence, and the page or time that shows it."""

import csv
from collections.abc import Iterator
from io import StringIO

from reports.pack.contents import Contents
from reports.pack.reading import Data
from reports.tables.csv_safety import as_text


def as_csv(contents: Contents) -> Iterator[str]:
    """The index of KSBs for spreadsheets: a line for each KSB and each place that shows it."""
    line = StringIO()
    writer = csv.writer(line)

    def written(*cells: str) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow([as_text(cell) for cell in cells])
        return line.getvalue()

    yield "\ufeff" + written("KSB", "Statement", "State", "Evidence", "Page or time", "Note", "Path")
    for ksb in contents.ksbs:
        shown = list(places_of(contents, ksb["code"]))
        for piece, path, where, note in shown or [({"title": ""}, "", "", "")]:
            yield written(ksb["code"], ksb["statement"], ksb["state_in_words"], piece["title"], where, note, path)


def places_of(contents: Contents, code: str) -> Iterator[tuple[Data, str, str, str]]:
    """Where a KSB is shown: the piece, the path, the page or time, and the note. A piece without a place is one."""
    for piece in contents.pieces:
        if code not in piece["ksbs"]:
            continue
        paths = {str(file["id"]): file["path"] for file in piece["files"]}
        places = [place for place in piece["places"] if place["ksb"] == code and paths.get(place["file"])]
        for place in places:
            yield piece, str(paths[place["file"]]), place["where"], place["note"]
        if not places:
            yield piece, f"{piece['folder']}/piece.html", "", ""
