"""Importing many files in one go: finding them, reading and writing each for itself, and counting what came of it."""

import os
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.db import reset_queries, transaction

from core.actor import SYSTEM, Actor
from occupations.importing import known_formats as formats
from occupations.importing import writing
from occupations.importing.across import odd_across
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.importing.identity import NOTHING, Given
from occupations.importing.known_formats import Format
from occupations.importing.onward import link_onward
from occupations.models import Standard

#: In a folder, files with these endings are taken for standards; others are passed over.
ENDINGS = (".txt", ".json", ".csv", ".md", ".html", ".htm")

#: In a folder, these tell of the other files.
ABOUT = ("readme", "license", "licence", "changelog", "notice")

#: Fields of a version that a report of thousands does not keep in memory.
_LONG = ("overview", "summary", "entry_requirements", "prose", "employers", "job_titles", "keywords", "version_log")


@dataclass
class Report:
    """What was written, or in a dry run would have been; counts, and what a person should know by file and line."""

    standards: int = 0
    versions: int = 0
    ksbs: int = 0
    duties: int = 0
    completed: int = 0
    revisions: int = 0
    unchanged: int = 0
    warnings: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    written: list[writing.Written] = field(default_factory=list)
    onward: list[tuple[Standard, list[str], str]] = field(default_factory=list)

    def add(self, written: writing.Written, draft: StandardDraft) -> None:
        # A list has thousands. What a version says at length is read again from its row if anybody asks.
        for name in _LONG:
            written.version.__dict__.pop(name, None)
        self.written.append(written)
        if draft.leads_to:
            self.onward.append((written.version.standard, draft.leads_to, Path(draft.source_name).name))
        self.standards += written.is_new_standard
        self.versions += written.outcome == writing.Outcome.CREATED
        self.completed += written.outcome == writing.Outcome.COMPLETED
        self.revisions += written.outcome == writing.Outcome.REVISION
        self.unchanged += written.outcome == writing.Outcome.UNCHANGED
        self.ksbs += written.ksb_count
        self.duties += written.duty_count

    def finish(self, by: Actor) -> None:
        """Do what takes all that came in: keep ways to standards that came later, and say what is odd across them."""
        for standard, references, source_name in self.onward:
            link_onward(standard, references, source_name, by)
        changed = (writing.Outcome.CREATED, writing.Outcome.COMPLETED)
        self.warnings += odd_across([written.version for written in self.written if written.outcome in changed])


def import_files(
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    by: Actor = SYSTEM,
    forced: Format | None = None,
    given: Given = NOTHING,
) -> Report:
    """Import each file of `paths` (files, or folders with all they hold), whole or not at all, each for itself.

    They come into the catalogue that every provider uses. What leans on other files is written last, so that their
    order does not matter. A dry run does the same in a transaction that is rolled back.
    `forced` is the format of all of them.
    """
    report = Report()
    with transaction.atomic() if dry_run else nullcontext():
        later: list[StandardDraft] = []
        for found in _found(paths):
            if isinstance(found, Problem):
                report.errors.append(found)
            else:
                _import_file(found, report, later, by, forced, given)
        _write_all(later, report, by)
        report.finish(by)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _import_file(
    path: Path, report: Report, later: list[StandardDraft], by: Actor, forced: Format | None, given: Given
) -> None:
    try:
        with path.open("rb") as stream:
            _begin(stream, path_shown(path), report, later, by, forced, given)
    except Refused as refused:
        report.errors += refused.problems
    except OSError as error:
        report.errors.append(_unreadable(path, error))


def import_stream(
    stream: BinaryIO,
    name: str,
    report: Report,
    by: Actor,
    forced: Format | None = None,
    given: Given = NOTHING,
) -> None:
    """Import each standard of an open source, whole or not at all, each for itself.

    Raises:
        Refused: the source cannot be read at all.
    """
    later: list[StandardDraft] = []
    try:
        _begin(stream, name, report, later, by, forced, given)
    finally:
        _write_all(later, report, by)


def _begin(
    stream: BinaryIO,
    name: str,
    report: Report,
    later: list[StandardDraft],
    by: Actor,
    forced: Format | None,
    given: Given,
) -> None:
    """Import what of a source leans on no other, and put the rest with what is to be written `later`."""
    for reading in formats.read(stream, name, forced, given):
        if isinstance(reading, Refused):
            report.errors += reading.problems
        elif reading.rank:
            later.append(reading)
        else:
            _write(reading, report, by)


def _write_all(later: list[StandardDraft], report: Report, by: Actor) -> None:
    for draft in sorted(later, key=lambda draft: draft.rank):
        _write(draft, report, by)


def _write(draft: StandardDraft, report: Report, by: Actor) -> None:
    try:
        written = writing.write(draft, by)
    except Refused as refused:
        report.errors += refused.problems
        return
    finally:
        reset_queries()
    report.add(written, draft)
    report.warnings += draft.warnings
    report.warnings += notes_on(written, draft)


def notes_on(written: writing.Written, draft: StandardDraft) -> Iterator[Problem]:
    """What is to be said of what became of a draft: a new status, a text that was kept as a revision."""
    version = written.version
    if written.has_new_status:
        reason = f"{draft.reference} version {version.version} now has the status “{version.status}”"
        yield Problem(draft.source_name, draft.lines.get("status"), reason)
    if written.outcome == writing.Outcome.REVISION:
        yield _revision_recorded(written, draft)


def _revision_recorded(written: writing.Written, draft: StandardDraft) -> Problem:
    """The note that a text was kept as a revision, and in what it differs."""
    parts = ", ".join(name.replace("_", " ") for name in written.differing)
    reason = (
        f"{draft.reference} version {written.version.version} is already here and differs in: "
        f"{parts}. It has not been changed; the differences are saved as a suggested change to approve"
    )
    return Problem(draft.source_name, draft.lines.get("reference"), reason)


def _found(paths: Iterable[Path]) -> Iterator[Path | Problem]:
    """The files to read: those named, and in folders every text file that is not hidden; or why there is none."""
    for path in paths:
        if os.path.isdir(path):
            yield from _in_folder(path)
        elif os.path.isfile(path):
            yield path
        elif os.path.exists(path):
            yield Problem(path_shown(path), None, "this is neither a file nor a folder")
        else:
            yield Problem(path_shown(path), None, "this file or folder does not exist")


def _in_folder(folder: Path) -> Iterator[Path | Problem]:
    problems: list[Problem] = []
    is_empty = True
    for place, folders, names in os.walk(folder, onerror=lambda error: problems.append(_unreadable(folder, error))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            is_about = Path(name).stem.lower() in ABOUT
            if not name.startswith(".") and not is_about and name.lower().endswith(ENDINGS) and os.path.isfile(path):
                is_empty = False
                yield path
    yield from problems
    if is_empty and not problems:
        yield Problem(path_shown(folder), None, f"this folder has no files that can be imported ({', '.join(ENDINGS)})")


def _unreadable(path: Path, error: OSError) -> Problem:
    name = Path(os.fsdecode(error.filename)) if error.filename else path
    return Problem(path_shown(name), None, f"this cannot be read: {(error.strerror or 'unknown reason').lower()}")


def path_shown(path: Path) -> str:
    """`path` as text that any terminal, file and database takes: what is not a printable character becomes "?"."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "?" for character in text)
