"""Reads the page of a standard (Skills England, formerly IfATE) as saved HTML or as text that somebody copied.

It has key information, notices, duties with the codes of their KSBs, the KSBs, and a version log. An excerpt that has
not all of these comes in as far as it goes, and what is missing is said.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from occupations.importing.draft import Findings, OptionDraft, StandardDraft
from occupations.importing.formats.decoding import MAX_BYTES
from occupations.importing.formats.documents import Document, document, item_text
from occupations.importing.identity import in_address
from occupations.importing.parsing import version_log
from occupations.importing.parsing.codes import VERSION
from occupations.importing.parsing.duty_rows import HEADING as DUTIES
from occupations.importing.parsing.duty_rows import DutyRows
from occupations.importing.parsing.key_facts import KeyFacts, label_of
from occupations.importing.parsing.lists import employers_in, paragraphs
from occupations.importing.parsing.options import split_by_duties
from occupations.importing.parsing.statements import Statements, is_whole_heading, kind_of_heading
from occupations.importing.parsing.text import Line, is_web_address, shortened

_SECTIONS = {
    "key": r"key information",
    "contents": r"contents|on this page|table of contents",
    "overview": r"overview(?: of the role)?|role overview",
    "summary": r"occupation(?:al)? (?:summary|profile)|summary|details of (?:the )?(?:occupational )?standard",
    "job_titles": r"typical job titles(?: include)?|job titles|typical job titles? in this occupation",
    "entry": r"entry requirements?|occupational entry requirements?|entry",
    "qualifications": r"(?:(?:other )?mandatory |mandated )?qualifications?",
    "english": r"english (?:and|&) maths(?: qualifications?)?|english, maths and digital",
    "recognition": r"professional recognition",
    "employers": r"involved employers|employers involved in creating (?:the|this) standard|trailblazer group members?",
    "keywords": r"keywords",
    "other": r"end[- ]?point assessment plan|assessment plan|epa plan|introduction and overview|epa summary table|"
    r"(?:end[- ]?point )?assessment (?:methods?|summary)|mapping of ksbs.*|grading|regulated standard|regulation|"
    r"consultation|progression routes?|additional details|supporting uploads|funding|review|trailblazer contact.*|"
    r"occupational progression|related links|get in touch|policies|is this page useful\??|crown copyright.*|"
    r"status|level|duration|apprenticeship|why is this apprenticeship.*|how can i get involved\??|subject sector area|"
    r"you may be interested in.*|links|accessibility statement|cookies",
}
_SECTION = {name: re.compile(f"(?:{words}):?", re.IGNORECASE) for name, words in _SECTIONS.items()}
_ASSESSMENT = re.compile(
    r"end[- ]?point assessment plan|introduction and overview|epa summary table|mapping of ksbs.*|grading",
    re.IGNORECASE,
)
#: What ends the text of an assessment plan, which has statements of its own that are none of the standard's.
_AFTER_ASSESSMENT = ("key", "employers", "job_titles", "summary", "recognition")
_ARTEFACT = re.compile(
    r"content loading\W*|loading\W*|back to top|print(?: this)? page|share|skip to (?:main )?content|show|hide|"
    r"(?:show|hide) all(?: sections)?|view (?:standard|assessment plan)|download.*",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|crown copyright)\W.*", re.IGNORECASE)
_NOTICE = re.compile(
    r"in development|subject to change|in revision|being revised|under revision|revised version|awaiting|withdrawn|"
    r"retired|not (?:yet )?(?:ready|available|approved)|live for starts|starts on (?:the|this)|closed (?:to|for)|"
    r"assessment reforms|will be replaced|under adjustment",
    re.IGNORECASE,
)
_IN_DEVELOPMENT = re.compile(r"this (?:apprenticeship|standard|occupation) is in development\b", re.IGNORECASE)
_LINK = re.compile(r"/(?:apprenticeships|apprenticeship-standards|occupational-standards)/(st[0-9]{4})\b", re.I)
_FIRST_DUTY = re.compile(r"duty\s*[0-9]", re.IGNORECASE)
_SITE = re.compile(r"\s*[/|–—-]\s*(?:skills england|institute for apprenticeships.*|ifate|gov\.uk)\s*$", re.IGNORECASE)
_LEVEL = re.compile(r"level\s*:?\s*(?P<level>[0-9]\b.*)", re.IGNORECASE)
_QUALIFICATION = re.compile(r"(?:mandatory )?qualification (?:[0-9]+|title)\s*[:.–-]\s*(?P<title>.+)", re.IGNORECASE)
_NO_MORE = re.compile(r"(?:no|none|not applicable|n/a)\.?", re.IGNORECASE)
_LEAD_IN = re.compile(r".*(?:following|aligns with|include)\b.*:", re.IGNORECASE)
_CODED = re.compile(r"(?:[•*-]\s*)?(?:TK|TS|ESB|K|S|B)\s?[0-9]{1,3}\s*(?:[:.)]?\s+\S|:?$)")


def looks_like(page: Document) -> bool:
    """Whether a page has the parts that only these pages have."""
    found = {name for line in page.texts if (name := _name_of(line))}
    facts = {name for line in page.texts[:400] if (told := label_of(line)) for name in [told[0]] if name}
    if "key" in found and len(facts & {"reference", "version", "level", "status", "route"}) >= 2:
        return True
    if "log" in found and ("key" in found or _has_log_header(page)):
        return True
    parts = found & {"summary", "job_titles", "entry", "recognition", "english", "employers"}
    has_ksbs = "ksbs" in found and any(_CODED.match(line.text) for line in page.texts)
    is_one = len(parts) >= (1 if "duties" in found else 2) and (has_ksbs or "reference" in facts)
    return is_one and page.kind != "markdown"


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft]:
    """The one standard of the page.

    Raises:
        Refused: it is not such a page, or its codes are not whole; with every reason found.
    """
    content = stream.read(MAX_BYTES + 1)
    yield _StandardPage(document(content, name), name, hashlib.sha256(content).hexdigest()).draft()


def _name_of(line: Line) -> str | None:
    """The part of a page that begins with this line; None if none does."""
    text = line.text.strip()
    if len(text) > 90 or line.kind == "row":
        return None
    if version_log.HEADING.fullmatch(text):
        return "log"
    if DUTIES.fullmatch(text):
        return "duties"
    if is_whole_heading(line) or kind_of_heading(line):
        return "ksbs"
    text = item_text(line) if line.kind == "item" and len(text) < 60 else text
    return next((name for name, pattern in _SECTION.items() if pattern.fullmatch(text)), None)


def _has_log_header(page: Document) -> bool:
    text = " ".join(line.text.casefold() for line in page.texts)
    return "earliest start date" in text and "latest start date" in text


class _StandardPage:
    """One page while it is read: its lines by part, and what was found odd on the way."""

    def __init__(self, page: Document, name: str, sha256: str) -> None:
        self.page, self.name, self.sha256 = page, name, sha256
        self.findings = Findings(name)
        self.findings.warnings += page.warnings
        self.parts: dict[str, list[list[Line]]] = {}
        self._split()

    def draft(self) -> StandardDraft:
        draft = StandardDraft(source_name=self.name, source_sha256=self.sha256, reference="", is_version_named=False)
        KeyFacts([*self._all("head"), *self._all("key")], self.findings).fill(draft)
        if not self.parts or not looks_like(self.page):
            self.findings.refuse(
                1, "this is not the page of a standard: it has no key information, no duties and no log"
            )
        self.findings.raise_if_refused()
        self._title(draft)
        self._notice(draft)
        self._texts(draft)
        self._address(draft)
        self._log(draft)
        self._ksbs_and_duties(draft)
        self.findings.raise_if_refused()
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        return draft

    def _address(self, draft: StandardDraft) -> None:
        """The address of the page, which names the standard too, as its own links do."""
        if self.page.address:
            draft.page_url = self.page.address if is_web_address(self.page.address) else None
        reference, version = in_address(self.page.address)
        links = {match[1].upper(): line for line in self.page.texts for match in _LINK.finditer(line.text)}
        if not draft.reference and not reference and len(links) == 1:
            ((reference, line),) = links.items()
            draft.lines["reference"] = line.number
        draft.reference = draft.reference or reference
        if not draft.is_version_named and version and reference == draft.reference:
            draft.version, draft.is_version_named = version, True

    # Parts of the page -----------------------------------------------------------------------------------------------

    def _split(self) -> None:
        part = "head"
        self.parts[part] = [[]]
        is_in_plan = False
        for place, line in enumerate(self.page.lines):
            if _ARTEFACT.fullmatch(line.text):
                continue
            name = _name_of(line) if line.text else None
            if line.text and _COPYRIGHT.match(line.text) and len(line.text) < 400:
                name = "other"
            if is_in_plan and name not in ("log", *_AFTER_ASSESSMENT):
                continue
            if name is None or (name == "ksbs" and (part == "ksbs" or self._is_header_of_duties(part, place))):
                self.parts[part][-1].append(line)
                continue
            if part == "key" and name in ("other", "overview") and label_of(line):
                # “Status” on a line of its own, with its value on the next.
                self.parts[part][-1].append(line)
                continue
            if name in ("other", "contents") and self._is_in_duty_table(part, line):
                self.parts[part][-1].append(line)
                continue
            is_in_plan = name == "other" and part != "contents" and bool(_ASSESSMENT.fullmatch(line.text))
            part = name
            # The headings of statements say of which kind they are.
            self.parts.setdefault(part, []).append([line] if name == "ksbs" else [])

    def _is_header_of_duties(self, part: str, place: int) -> bool:
        """Whether “KSBs” is the second column of the table of duties, copied with each cell on a line."""
        if part != "duties":
            return False
        following = (line.text for line in self.page.lines[place + 1 : place + 4] if line.text)
        return _FIRST_DUTY.match(next(following, "")) is not None

    def _is_in_duty_table(self, part: str, line: Line) -> bool:
        return part == "duties" and line.kind != "heading" and line.text.casefold() in ("level", "status", "duration")

    def _all(self, name: str) -> list[Line]:
        return [line for part in self.parts.get(name, []) for line in part]

    def _longest(self, name: str) -> list[Line]:
        """The part of this name that says most: a table of contents names each part too, with nothing behind it."""
        return max(self.parts.get(name, []), key=lambda part: sum(len(line.text) for line in part), default=[])

    # Facts -----------------------------------------------------------------------------------------------------------

    def _title(self, draft: StandardDraft) -> None:
        heading = next((line for line in self.page.texts if line.kind == "heading" and line.depth == 1), None)
        if heading:
            title, draft.lines["title"] = heading.text, heading.number
        else:
            title = _SITE.sub("", self.page.title)
            lines = [line for line in self._all("head") if line.text and not label_of(line)]
            if not title and lines and "key" in self.parts and len(lines[-1].text) < 120 and not self.page.is_html:
                title, draft.lines["title"] = lines[0].text, lines[0].number
        title = re.sub(r"\s*\(level [1-8]\)$", "", title.strip(), flags=re.IGNORECASE)
        draft.title = title[:300] if len(title) > 1 else None
        if not draft.title:
            self.findings.warn(1, "the page does not name its title")

    def _notice(self, draft: StandardDraft) -> None:
        """What stands above the key information about this version's coming and going."""
        lines = [
            line
            for line in [*self._all("head"), *self._all("other")[:60]]
            if line.kind != "heading" and len(line.text) > 25 and _NOTICE.search(line.text) and not label_of(line)
        ]
        lines = [line for line in lines if line.text != draft.title]
        if not lines:
            return
        draft.notice = "\n\n".join(dict.fromkeys(line.text for line in lines))
        draft.lines["notice"] = lines[0].number
        if draft.status is None and any(_IN_DEVELOPMENT.search(line.text) for line in lines):
            draft.status = "In development"
            self.findings.warn(lines[0].number, "the page names no status, but says that it is in development")

    def _texts(self, draft: StandardDraft) -> None:
        draft.summary = self._text("summary")
        draft.overview = self._text("overview")
        draft.entry_requirements = self._text("entry")
        draft.english_and_maths = self._text("english")
        draft.job_titles = self._list("job_titles")
        draft.keywords = self._list("keywords")
        employers = self._longest("employers")
        draft.employers = employers_in([_plain(line) for line in employers if line.text]) or None
        draft.qualifications = self._qualifications()
        draft.professional_recognition = self._recognition()

    def _text(self, name: str) -> str | None:
        lines = self._longest(name)
        return paragraphs([Line(line.number, line.raw.strip(), line.raw) for line in lines]) or None

    def _list(self, name: str) -> list[str] | None:
        """The entries of a list, of which each has a line or an item; or all one line with marks between them."""
        lines = [line for line in self._longest(name) if line.text]
        items = [line for line in lines if line.kind == "item"] or lines
        texts = [cell for line in items for cell in (line.cells or (item_text(line),))]
        if len(texts) == 1 and re.search(r"[;,|•]", texts[0]):
            texts = re.split(r"\s*[;,|•]\s*", texts[0])
        return [text for entry in texts if (text := " ".join(entry.split()))] or None

    def _qualifications(self) -> list[dict[str, str]] | None:
        """The qualifications that must be taken, of which a page says the title, the level and something more."""
        found: list[dict[str, str]] = []
        for line in self._longest("qualifications"):
            text = item_text(line).strip()
            if not text or _NO_MORE.fullmatch(text) or _LEAD_IN.fullmatch(text) or text.endswith("?"):
                continue
            level = _LEVEL.fullmatch(text)
            if (match := _QUALIFICATION.fullmatch(text)) or not found or line.kind == "item":
                found.append({"title": match["title"] if match else text, "level": "", "note": ""})
            elif level and not found[-1]["level"]:
                found[-1]["level"] = level["level"].strip()[:60]
            else:
                found[-1]["note"] = f"{found[-1]['note']}\n{text}".strip()
        return found or None

    def _recognition(self) -> list[dict[str, str]] | None:
        lines = [line for line in self._longest("recognition") if line.text]
        items = [line for line in lines if line.kind == "item"] or lines
        texts = [text for line in items if (text := item_text(line).strip())]
        told = [text for text in texts if not _NO_MORE.fullmatch(text) and not _LEAD_IN.fullmatch(text)]
        return [{"body": text[:300], "level": "", "note": ""} for text in told] or None

    # Versions --------------------------------------------------------------------------------------------------------

    def _log(self, draft: StandardDraft) -> None:
        lines = self._longest("log")
        log: list[dict[str, Any]] = version_log.version_log_in(lines, self.findings) if lines else []
        if not log:
            return
        draft.version_log = log
        draft.lines["version_log"] = lines[0].number
        if not draft.is_version_named:
            return
        if not any(entry["version"] == draft.version for entry in log) and any(
            VERSION.fullmatch(entry["version"]) for entry in log
        ):
            self.findings.warn(lines[0].number, f"the version log does not name version {draft.version}")
        for entry in log:
            if entry["version"] == draft.version:
                draft.change = entry["change"] or None
                draft.earliest_start_on = entry["earliest_start_on"]
                draft.latest_start_on = entry["latest_start_on"]
                break

    # KSBs and duties -------------------------------------------------------------------------------------------------

    def _ksbs_and_duties(self, draft: StandardDraft) -> None:
        lines = self._all("ksbs")
        statements = Statements(lines, self.findings, may_count=False, is_whole=True)
        ksbs = statements.read()
        duty_lines = self._all("duties")
        rows = DutyRows(duty_lines, self.findings)
        duties = rows.duties()
        end = (self.page.texts or [Line(1, "", "")])[-1].number
        if not ksbs:
            if any(line.text for line in lines[1:]) and len(lines) > 4:
                reason = "the statements of this page have no codes; it comes in without KSBs, as facts alone"
                self.findings.warn(lines[0].number, reason)
            else:
                self.findings.warn(end, "the page lists no KSBs; it comes in as facts alone")
        if not duties:
            self.findings.warn(end, "the page lists no duties")
        there = {ksb.code for ksb in ksbs}
        if ksbs and duties:
            for duty in duties:
                if missing := [code for code in duty.ksb_codes if code not in there]:
                    shown = ", ".join(missing[:12])
                    reason = f"duty {duty.number} names {shown}, which the page does not list; such a link is dropped"
                    self.findings.warn(duty.line or 1, reason)
            named = {code for duty in duties for code in duty.ksb_codes}
            if unnamed := [ksb.code for ksb in ksbs if ksb.code not in named] if named else []:
                more = f" and {len(unnamed) - 12} more" if len(unnamed) > 12 else ""
                self.findings.warn(ksbs[0].line, f"no duty names {', '.join(unnamed[:12])}{more}")
        draft.ksbs, draft.duties = ksbs or None, duties or None
        if rows.option_titles:
            draft.options = [OptionDraft(title) for title in rows.option_titles]
            draft.ksbs = split_by_duties(ksbs, duties, rows.option_titles)
        if lines:
            draft.lines["ksbs"] = lines[0].number


def _plain(line: Line) -> Line:
    text = item_text(line)
    return Line(line.number, shortened(text, 300), text)
