"""Reads a course page of Find apprenticeship training, whose statements have no codes but those of their places.

Foundation apprenticeships and apprenticeship units have technical knowledge and skills; a unit has learning outcomes.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO

from occupations.importing.draft import Findings, StandardDraft
from occupations.importing.formats.decoding import MAX_BYTES
from occupations.importing.formats.documents import Document, document, item_text
from occupations.importing.identity import in_address, reference_in
from occupations.importing.parsing.key_facts import KeyFacts
from occupations.importing.parsing.list_keys import key_of
from occupations.importing.parsing.statements import Statements, is_whole_heading, kind_of_heading
from occupations.importing.parsing.text import Line, shortened

_OUTCOMES = re.compile(r"learning outcomes?:?", re.IGNORECASE)
_OVERVIEW = re.compile(
    r"(?:overview|course overview|about this course|what you.ll (?:learn|do))(?: of the role)?:?", re.IGNORECASE
)
_JOBS = re.compile(r"(?:typical|related|example) job titles:?", re.IGNORECASE)
#: What ends the lists of statements: the working of the site.
_END = re.compile(
    r"(?:find|view|see|search for|choose) (?:training )?providers?.*|training providers?.*|"
    r"apprentice(?:'s)? (?:location|postcode).*|"
    r"(?:get|need) (?:help|support).*|related (?:content|courses)|support links|is this page useful\??|"
    r"(?:©|crown copyright).*|all content is available.*|typical job titles:?|related job titles:?|"
    r"what .{0,40} (?:include|say)s?.*|view more (?:information|details).*|entry requirements?|"
    r"who (?:is it|it's) for\??|"
    r"(?:maximum )?funding.*|duration.*|level|apprenticeship assessment|back to top|careers? (?:options|starter).*",
    re.IGNORECASE,
)
_TITLE_LEVEL = re.compile(r"(?P<title>.+?)\s*\((?:level\s*(?P<level>[1-8])|(?P<other>[^()]*))\)", re.IGNORECASE)
_SITE = re.compile(r"\s*[/|–—-]\s*(?:find apprenticeship training|gov\.uk|apprenticeship service).*$", re.IGNORECASE)


def looks_like(page: Document) -> bool:
    """Whether there are lists of statements under the headings of such a page, and no codes."""
    kinds = {kind for line in page.texts if (kind := kind_of_heading(line))}
    if not kinds or page.kind == "markdown":
        return False
    lines = _statement_lines(page.lines)
    # A page of the site has no codes. With one before the lists, or before most statements, somebody keeps it.
    begin = next(place for place, line in enumerate(page.texts) if kind_of_heading(line))
    if any((key := key_of(item_text(line))) and key.is_sure for line in page.texts[:begin]):
        return False
    if Statements(lines, Findings(""), may_count=True, is_whole=False, is_list=True).has_codes:
        return False
    parts = Statements(lines, Findings(""), may_count=True, is_whole=False).parts
    filled = {part.kind for part in parts if part.kind and any(line.text for line in part.lines)}
    return len(filled) >= 2 or (bool(filled) and bool(kinds & {"TK", "TS", "ESB"}))


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft]:
    """The one standard of the page. Its reference, if the page does not name it, is left open.

    Raises:
        Refused: there are no statements on the page, or too many.
    """
    content = stream.read(MAX_BYTES + 1)
    page = document(content, name)
    findings = Findings(name)
    findings.warnings += page.warnings
    draft = StandardDraft(name, hashlib.sha256(content).hexdigest(), "", is_version_named=False)
    _facts(page, draft, findings)
    draft.ksbs = Statements(_statement_lines(page.lines), findings, may_count=True, is_whole=False).read()
    if not draft.ksbs:
        if any(is_whole_heading(line) for line in page.texts):
            reason = "the statements stand under one heading together, so that none shows whether it is K, S or B"
        else:
            reason = "there is no list of statements under a heading like “Knowledge” or “Technical skills”"
        findings.refuse(1, reason)
    findings.raise_if_refused()
    _check_lists(draft, findings)
    draft.lines["ksbs"] = draft.ksbs[0].line
    draft.warnings = sorted(findings.warnings, key=lambda problem: problem.line or 0)
    yield draft


def _statement_lines(lines: list[Line]) -> list[Line]:
    """The lines of the lists: from the first heading of a kind on, without what belongs to the site or to outcomes."""
    kept: list[Line] = []
    is_in = False
    for line in lines:
        if kind_of_heading(line) or is_whole_heading(line):
            is_in = True
        elif is_in and line.kind != "item" and line.text and _is_end(line):
            is_in = False
        if is_in:
            kept.append(line)
    return kept


def _is_end(line: Line) -> bool:
    return bool(_END.fullmatch(line.text) or _OUTCOMES.fullmatch(line.text)) or line.kind in ("heading", "term", "row")


def _facts(page: Document, draft: StandardDraft, findings: Findings) -> None:
    begin = next((place for place, line in enumerate(page.lines) if kind_of_heading(line)), len(page.lines))
    KeyFacts(page.lines[:begin], findings).fill(draft)
    if not draft.reference and page.address:
        draft.reference, version = in_address(page.address)
        if version and not draft.is_version_named:
            draft.version, draft.is_version_named = version, True
    if not draft.reference and (found := reference_in(line.text for line in page.texts)):
        draft.reference, place = found
        draft.is_reference_mentioned = True
        draft.lines["reference"] = page.texts[place].number
    _title(page, draft, begin)
    draft.overview = _under(page.lines, _OVERVIEW, "\n\n") or None
    jobs = _under(page.lines, _JOBS, "\n")
    draft.job_titles = [job for job in (jobs.split("\n") if "\n" in jobs else jobs.split(", ")) if job] or None
    if outcomes := _under(page.lines, _OUTCOMES, "\n", is_list=True):
        draft.summary = f"Learning outcomes:\n{outcomes}"


def _title(page: Document, draft: StandardDraft, begin: int) -> None:
    heading = next((line for line in page.texts if line.kind == "heading" and line.depth == 1), None)
    found = heading or next(
        (line for line in page.lines[:begin] if (m := _TITLE_LEVEL.fullmatch(line.text)) and m["level"]), None
    )
    text = found.text if found else _SITE.sub("", page.title)
    if not text:
        return
    if match := _TITLE_LEVEL.fullmatch(text):
        text = match["title"] if match["level"] else text
        draft.level = draft.level or (int(match["level"]) if match["level"] else None)
    draft.title = shortened(text, 300) if len(text) > 1 else None
    draft.lines["title"] = found.number if found else 1


def _under(lines: list[Line], heading: re.Pattern[str], joint: str, is_list: bool = False) -> str:
    """What stands under a heading, up to the next one."""
    begin = next((place for place, line in enumerate(lines) if heading.fullmatch(line.text)), None)
    if begin is None:
        return ""
    texts: list[str] = []
    for line in lines[begin + 1 :]:
        if line.text and (line.kind == "heading" or kind_of_heading(line) or is_whole_heading(line) or _is_end(line)):
            break
        if line.text:
            texts.append(f"- {item_text(line)}" if is_list else item_text(line))
        if len(texts) > 200:
            break
    return joint.join(texts)


def _check_lists(draft: StandardDraft, findings: Findings) -> None:
    kinds = {ksb.type for ksb in draft.ksbs or []}
    for wanted in (("TK", "TS"), ("K", "S")):
        if kinds & set(wanted):
            for kind in wanted:
                if kind not in kinds:
                    findings.warn(
                        (draft.ksbs or [])[0].line, f"there is no list of {kind} statements; is all of it there?"
                    )
