"""Reads what a tracker takes off a standard's page: its notice, its version log and its LARS code. No KSBs."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from occupations.importing.draft import Findings, Refused, StandardDraft
from occupations.importing.formats.json_records import Record, drafts, is_json
from occupations.importing.parsing.codes import VERSION
from occupations.importing.parsing.days import day_in
from occupations.importing.parsing.json_fields import Fields
from occupations.importing.parsing.text import shortened

_IN_ADDRESS = re.compile(
    r"/(?P<reference>(?:st|fa|au)[0-9]{4})(?:-v(?P<version>[0-9]+-[0-9]+))?(?:[/?#]|$)", re.IGNORECASE
)
_COLUMNS = {
    "version": re.compile(r"version", re.IGNORECASE),
    "change": re.compile(r"change", re.IGNORECASE),
    "earliest_start_on": re.compile(r"earliest", re.IGNORECASE),
    "latest_start_on": re.compile(r"latest", re.IGNORECASE),
}
_KEYS = {"reference": "url", "version": "version_log", "title": "title", "notice": "notice_text", "page_url": "url"}


def recognises(head: bytes, name: str) -> bool:
    """JSON with a version log, or a notice, as these files call them."""
    return is_json(head) and (b'"version_log"' in head or b'"notice_text"' in head)


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft | Refused]:
    """A draft of each page, or why it is refused.

    Raises:
        Refused: nothing more of the file can be read from a line on.
    """
    yield from drafts(stream, name, lambda *record: _Page(*record).draft())


class _Page:
    """What is told of one page, while it is read."""

    def __init__(self, record: Record, name: str, sha256: str) -> None:
        self.record, self.name, self.sha256 = record, name, sha256
        self.findings = Findings(name)
        self.fields = Fields(record.value, record, self.findings)

    def draft(self) -> StandardDraft:
        """It speaks of the version in the page's address, else of the newest in the log, or else of what is held."""
        fields = self.fields
        reference, version = self._which()
        log = self._version_log()
        self.findings.raise_if_refused()
        numbered = [entry for entry in log or [] if VERSION.fullmatch(entry["version"])]
        newest = max(numbered, key=lambda entry: tuple(map(int, entry["version"].split("."))), default=None)
        version = version or (newest["version"] if newest else "")
        told = next((entry for entry in numbered if entry["version"] == version), {})
        if not version:
            fields.warn("version_log", "the log names no version; what is told is taken for the newest that is held")
        code = fields.whole_number("lars_code", 999_999)
        draft = StandardDraft(
            source_name=self.name,
            source_sha256=self.sha256,
            reference=reference,
            version=version or "1.0",
            is_version_named=bool(version),
            title=fields.words("title"),
            lars_codes=[code] if code else None,
            page_url=fields.address("url"),
            notice=fields.html("notice_text"),
            change=told.get("change"),
            earliest_start_on=told.get("earliest_start_on"),
            latest_start_on=told.get("latest_start_on"),
            version_log=log,
        )
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        draft.lines = {field: fields.line_of(key) for field, key in _KEYS.items()}
        return draft

    def _which(self) -> tuple[str, str]:
        """The reference in the page's address, and the version if the address has one."""
        match = _IN_ADDRESS.search(self.fields.text("url") or "")
        if not match:
            reason = "the address of the page names no standard; one looks like …/apprenticeships/st0321"
            self.fields.refuse("url", reason)
            return "", ""
        return match["reference"].upper(), (match["version"] or "").replace("-", ".")

    def _version_log(self) -> list[dict[str, Any]] | None:
        """The rows of the log as published. A row may have words in place of a number: "Revised version awaiting …"."""
        rows = self.fields.value.get("version_log")
        if rows is None:
            return None
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            self.fields.refuse("version_log", "“version_log” is not a table")
            return None
        if not rows:
            return []
        cells = [[self._cell(cell) for cell in row] for row in rows]
        columns = self._columns(cells[0])
        if "version" not in columns:
            self.fields.refuse("version_log", "the version log has no column “Version” in its first row")
            return None
        log = []
        for row in cells[1:]:
            said = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
            if any(said.values()):
                log.append(
                    {
                        "version": said["version"],
                        "change": said.get("change", ""),
                        "earliest_start_on": self._day(said.get("earliest_start_on", "")),
                        "latest_start_on": self._day(said.get("latest_start_on", "")),
                    }
                )
        return log

    def _cell(self, cell: Any) -> str:
        text = "" if cell is None else str(cell) if isinstance(cell, int | float) else cell
        if not isinstance(text, str):
            self.fields.refuse("version_log", "a cell of the version log is not text")
            return ""
        lines = (" ".join(line.split()) for line in self.fields.clean(text, "version_log").splitlines())
        return "\n".join(line for line in lines if line)

    def _columns(self, header: list[str]) -> dict[str, int]:
        """The place of each column that is known by its heading."""
        columns: dict[str, int] = {}
        for place, heading in enumerate(header):
            for name, pattern in _COLUMNS.items():
                if name not in columns and pattern.search(heading):
                    columns[name] = place
                    break
        return columns

    def _day(self, text: str) -> date | None:
        try:
            return day_in(text)
        except ValueError:
            self.fields.warn("version_log", f"“{shortened(text)}” is not a date and is left out")
            return None
