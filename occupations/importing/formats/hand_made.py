"""Reads a list of KSBs, a table of duties, or both, that somebody wrote by hand: in Markdown, HTML or plain text."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from occupations.importing.draft import Findings, OptionDraft, StandardDraft
from occupations.importing.formats.decoding import MAX_BYTES
from occupations.importing.formats.documents import Document, document
from occupations.importing.identity import in_address, reference_in
from occupations.importing.parsing import progression
from occupations.importing.parsing.codes import codes_in
from occupations.importing.parsing.duty_rows import HEADING as DUTIES
from occupations.importing.parsing.duty_rows import DutyRows, is_header
from occupations.importing.parsing.key_facts import KeyFacts, label_of
from occupations.importing.parsing.options import split_by_duties, split_by_prefixes
from occupations.importing.parsing.statements import Statements, is_whole_heading, kind_of_heading
from occupations.importing.parsing.text import Line, shortened

_VERSION = re.compile(r"(?:ST|FA|AU)[0-9]{4}\W{1,4}(?:version\s*|v)(?P<version>[0-9]{1,3}\.[0-9]{1,3})", re.IGNORECASE)
_DUTY_COLUMN = re.compile(r"dut(?:y|ies)(?: .{0,30})?", re.IGNORECASE)
_PLAIN_TITLE = re.compile(
    r"(?:ksbs?|duties|occupation duties|knowledge,? skills.*|index|readme|untitled|document|home|ksb (?:list|tracker))",
    re.IGNORECASE,
)
_DUTY_LINE = re.compile(r"(?:[•*–-]\s*)?duty\s*[0-9]{1,3}\b.*", re.IGNORECASE | re.DOTALL)


def looks_like(page: Document) -> bool:
    """Whether there are statements with codes, statements under headings in Markdown, or a table of duties."""
    statement_lines, duty_lines = _split(page.lines)
    statements = Statements(statement_lines, Findings(""), may_count=True, is_whole=False, is_list=True)
    if statements.has_codes or (page.kind == "markdown" and any(part.kind for part in statements.parts)):
        return True
    return any(duty.ksb_codes for duty in DutyRows(duty_lines, Findings("")).duties())


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft]:
    """The one standard of the source. Its reference, if the source does not name it, is left open.

    Raises:
        Refused: there are neither statements nor duties, or two statements have the same code.
    """
    content = stream.read(MAX_BYTES + 1)
    page = document(content, name)
    findings = Findings(name)
    findings.warnings += page.warnings
    page = _without_the_map(page, findings)
    draft = StandardDraft(name, hashlib.sha256(content).hexdigest(), "", is_version_named=False, is_list=True)
    statement_lines, duty_lines = _split(page.lines)
    _facts(page, draft, findings)
    ksbs = Statements(statement_lines, findings, may_count=True, is_whole=False, is_list=True).read()
    rows = DutyRows(duty_lines, findings)
    duties = rows.duties()
    if not ksbs and not duties:
        findings.refuse(
            1, "there are no statements with codes like K1 or under headings like “Knowledge”, and no duties"
        )
    findings.raise_if_refused()
    titles = rows.option_titles
    if titles:
        ksbs = split_by_duties(ksbs, duties, titles)
    else:
        ksbs, titles = split_by_prefixes(ksbs, findings)
    draft.ksbs, draft.duties = ksbs or None, duties or None
    if ksbs and titles:
        draft.options = [OptionDraft(title) for title in titles]
    if ksbs and duties:
        there = {ksb.code for ksb in ksbs}
        for duty in duties:
            if missing := [code for code in duty.ksb_codes if code not in there]:
                shown = ", ".join(missing[:12])
                findings.warn(duty.line or 1, f"duty {duty.number} names {shown}, which is not listed; it is dropped")
    elif not ksbs:
        findings.warn(duties[0].line or 1, "no KSBs are listed; the duties are linked to those that are held")
    _say_what_is_left_out(page, draft, findings)
    draft.lines |= {"ksbs": ksbs[0].line} if ksbs else {"duties": duties[0].line or 1}
    draft.warnings = sorted(findings.warnings, key=lambda problem: problem.line or 0)
    yield draft


def _without_the_map(page: Document, findings: Findings) -> Document:
    """A page without what follows the statements of an occupational-map page, where somebody copied it from them on."""
    for place, line in enumerate(page.lines):
        if progression.HEADING.fullmatch(line.text):
            reason = "this is a page of the occupational maps without its beginning; all of it says more"
            findings.warn(page.texts[0].number, f"{reason}. What follows “{line.text}” is left out")
            return replace(page, lines=page.lines[:place])
    return page


def _say_what_is_left_out(page: Document, draft: StandardDraft, findings: Findings) -> None:
    """Name every line that became no part of the draft, and of which nothing was said yet."""
    read = {ksb.line for ksb in draft.ksbs or []} | {duty.line for duty in draft.duties or []}
    read |= {*draft.lines.values(), *(problem.line for problem in findings.warnings)}
    texts = [text for ksb in draft.ksbs or [] for text in ksb.statement.split("\n")]
    texts += [text for duty in draft.duties or [] for text in f"{duty.text}\n{duty.criteria}".split("\n")]
    kept = {_bare(text) for text in texts}
    for line in page.texts:
        is_heading = line.kind in ("heading", "term") or bool(kind_of_heading(line) or DUTIES.fullmatch(line.text))
        if line.number in read or is_heading or is_whole_heading(line) or label_of(line):
            continue
        if _bare(line.text) in kept or codes_in(line.text):
            continue
        is_above_a_row = not read.isdisjoint({line.number + 1, line.number + 2})
        if line.kind == "row" and (is_above_a_row or is_header([cell.strip() for cell in line.cells])):
            continue
        findings.warn(line.number, f"this line is left out: “{shortened(line.text)}”")


def _bare(text: str) -> str:
    return " ".join(text.split()).lstrip("-•*–— ")


def _split(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of statements and those of duties: a table's header or a heading says which it is."""
    statements: list[Line] = []
    duties: list[Line] = []
    target = statements
    for line in lines:
        if line.text and line.kind != "row":
            if DUTIES.fullmatch(line.text):
                target = duties
            elif kind_of_heading(line) or is_whole_heading(line):
                target = statements
            elif _DUTY_LINE.fullmatch(line.text) and target is statements:
                target = duties
        elif line.kind == "row" and target is statements and _names_duties(line):
            target = duties
        target.append(line)
    return statements, duties


def _names_duties(line: Line) -> bool:
    """Whether a row is the header of a table with a row for each duty, not for each statement."""
    cells = [cell.strip() for cell in line.cells if cell.strip()]
    return bool(cells) and len(" ".join(cells)) < 200 and bool(_DUTY_COLUMN.fullmatch(cells[0]))


def _facts(page: Document, draft: StandardDraft, findings: Findings) -> None:
    begin = next(
        (place for place, line in enumerate(page.lines) if kind_of_heading(line) or DUTIES.fullmatch(line.text)),
        min(len(page.lines), 20),
    )
    KeyFacts([line for line in page.lines[:begin] if line.kind != "row" or len(line.cells) == 2], findings).fill(draft)
    if not draft.reference and page.address:
        draft.reference, _ = in_address(page.address)
    if not draft.reference and (found := reference_in(line.text for line in page.texts)):
        draft.reference, place = found
        draft.is_reference_mentioned = True
        draft.lines["reference"] = page.texts[place].number
    if not draft.is_version_named and draft.reference:
        for line in page.texts[:20]:
            if match := _VERSION.search(line.text):
                draft.version, draft.is_version_named = match["version"], True
                break
    heading = next((line for line in page.texts if line.kind == "heading" and line.depth == 1), None)
    title = heading.text if heading else page.title
    # A heading like “My tracker” names no standard; one with the reference in it does.
    if draft.reference and draft.reference in title:
        title = re.sub(rf"\W*\b{draft.reference}\b\W*(?:v(?:ersion)?\s*[0-9.]+)?\W*", " ", title).strip()
        if len(title) < 2 or _PLAIN_TITLE.fullmatch(title):
            return
        draft.title, draft.is_title_loose = shortened(title, 300), True
        draft.lines["title"] = heading.number if heading else 1
