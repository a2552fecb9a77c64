"""Reads an occupational-map page: what a person gets who copies the page of an occupation, or saves it as HTML.

The page begins with the legend of its icons, names the occupation and its facts, lists the products with which one can
learn it, tells about it, lists its KSBs and ends with a progression map.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO

from occupations.importing.draft import Findings, KsbDraft, Problem, ProductDraft, Refused, StandardDraft
from occupations.importing.formats import decoding
from occupations.importing.formats.documents import Document, document, item_text
from occupations.importing.parsing import progression
from occupations.importing.parsing.ksb_lines import KsbBlock
from occupations.importing.parsing.lists import employers_in, keywords_in, paragraphs
from occupations.importing.parsing.products import PRODUCT, STANDARD, products_in, references
from occupations.importing.parsing.text import Line, is_an_icon, misread, page_lines, shortened, without_icon

MAX_HTML_BYTES = decoding.MAX_BYTES
VERSION_WHEN_UNNAMED = "1.0"

_SECTIONS = {
    "products": re.compile(r"technical education products:?", re.IGNORECASE),
    "employers": re.compile(r"employers involved in creating the standard:?", re.IGNORECASE),
    "summary": re.compile(r"summary:?", re.IGNORECASE),
    "job_titles": re.compile(r"typical job titles:?", re.IGNORECASE),
    "keywords": re.compile(r"keywords:?", re.IGNORECASE),
    "ksbs": re.compile(r"knowledge, skills and behaviours(\s*\(KSBs\))?:?", re.IGNORECASE),
}
#: Words that may as well be a keyword or a line of text, so that only their first appearance is the heading.
_ONCE = ("products", "summary")

_LABEL = re.compile(
    r"(?P<label>reference|status|version|average\b.{0,40}\bsalary|soc 2020 code|soc 2020 sub[- ]?unit groups?)"
    r"\s*:\s*(?P<value>.*)",
    re.IGNORECASE,
)
_HOME = re.compile(r"home\s+(?P<route>.+)")
_LEVEL = re.compile(r"level\s+(?P<level>[0-9]{1,2})\s*(?:[-–—]\s*(?P<band>.+))?", re.IGNORECASE)
_VERSION = re.compile(r"(?:version\s*:\s*)?v?(?P<version>[0-9]{1,3}\.[0-9]{1,3})", re.IGNORECASE)
_VERSION_LINE = re.compile(r"version\s*:\s*v?[0-9]{1,3}\.[0-9]{1,3}", re.IGNORECASE)
_SALARY = re.compile(r"Â?£?\s*(?P<pounds>[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,7})(?:\.[0-9]{2})?(?:\s+(?:per|a) year)?")
_OCCUPATION = re.compile(r"reference\s*:\s*OCC[0-9]{4}", re.IGNORECASE)
_CODE = re.compile(r"(?:TK|TS|ESB|K|S|B)\s?[0-9]{1,3}\s*[:.)]")
_SOC = re.compile(r"(?P<code>[0-9]{4})\s+(?P<title>.+)")
_SOC_GROUP = re.compile(r"(?:[•·*–-]\s*)?(?P<code>[0-9]{4}/[0-9]{2})\s+(?P<title>.+)")


def recognises(head: bytes, name: str) -> bool:
    """Text with the two headings that only these pages have."""
    return b"Knowledge, skills and behaviours (KSBs)" in head and b"Technical Education Products" in head


def looks_like(page: Document) -> bool:
    """Whether a page has those headings, wherever its source breaks lines, or the head of one that is cut off."""
    found = {name for line in page.texts for name, pattern in _SECTIONS.items() if pattern.fullmatch(line.text)}
    is_occupation = any(_OCCUPATION.fullmatch(line.text) for line in page.texts)
    has_band = any((match := _LEVEL.fullmatch(line.text)) and match["band"] for line in page.texts)
    return ("products" in found and (is_occupation or "ksbs" in found)) or (
        is_occupation and ("ksbs" in found or has_band)
    )


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft]:
    """The one standard of the page in `stream`; `name` is what to call the file when something is said about it.

    Raises:
        Refused: it is not such a page, not all of it, or its codes are not whole; with every reason found.
    """
    content = stream.read(MAX_HTML_BYTES + 1)
    sha256 = hashlib.sha256(content).hexdigest()
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        page = document(content, name)
        yield _MapPage(_as_copied(page.lines), name, sha256, page).draft()
    else:
        yield _MapPage(page_lines(content, name), name, sha256).draft()


def _as_copied(lines: list[Line]) -> list[Line]:
    """The lines of a saved page as a copy of its text has them, each KSB beginning with its code."""
    copied = []
    for line in lines:
        text = item_text(line)
        if line.kind == "row":
            text = " ".join(line.text.split())
        copied.append(Line(line.number, text, line.raw if line.kind == "item" and not _CODE.match(text) else text))
    return copied


class _MapPage:
    """One page while it is read: its lines by section, and what was found wrong or odd on the way."""

    def __init__(self, lines: list[Line], name: str, sha256: str, page: Document | None = None) -> None:
        self.all_lines, self.name, self.sha256 = lines or [Line(1, "", "")], name, sha256
        self.is_saved_whole = bool(page and page.is_whole)
        self.findings = Findings(name)
        self.findings.warnings += page.warnings if page else []
        self.lines: dict[str, int] = {}
        self.sections: dict[str, list[list[Line]]] = {}
        self.facts: dict[str, Line] = {}
        self._split()

    # Parts of the page -----------------------------------------------------------------------------------------------

    def _split(self) -> None:
        """Sort the lines by section. A section may come more than once: the employers are named twice."""
        section = "head"
        self.sections[section] = [[]]
        for line in self.all_lines:
            if not line.text:
                self.sections[section][-1].append(line)
            elif found := self._heading(line, section):
                section = found
                self.lines.setdefault(section, line.number)
                self.sections.setdefault(section, []).append([])
            elif section not in ("ksbs", "tail") and _VERSION_LINE.fullmatch(line.text):
                self._fact("version", line, line.text)
            else:
                if section == "employers" and line.text.endswith(":") and PRODUCT.fullmatch(line.text):
                    section = "products"
                    self.sections.setdefault(section, []).append([])
                self.sections[section][-1].append(line)

    def _heading(self, line: Line, section: str) -> str | None:
        """The section that begins with this line, if one does."""
        if section == "ksbs" and progression.HEADING.fullmatch(line.text):
            return "tail"
        for name, pattern in _SECTIONS.items():
            if pattern.fullmatch(line.text):
                if section in ("ksbs", "tail"):
                    if name == "ksbs":
                        self.findings.refuse(line.number, "a second page begins in this file; one file holds one page")
                    return None
                return None if name in _ONCE and name in self.sections else name
        return None

    def _section(self, name: str) -> list[Line]:
        return [line for part in self.sections.get(name, []) for line in part]

    def _fact(self, name: str, line: Line, value: str) -> None:
        """Note a fact of which there is one; a second one must say the same."""
        if name in self.facts and self.facts[name].text != value:
            first = self.facts[name].number
            self.findings.refuse(
                line.number, f"a second {name} differs from the one on line {first}: “{shortened(value)}”"
            )
        if name not in self.facts:
            self.facts[name] = Line(line.number, value, value)
            self.lines[name] = line.number

    # The whole -------------------------------------------------------------------------------------------------------

    def draft(self) -> StandardDraft:
        names = self._read_head()
        self._check_it_is_a_whole_page()
        products = products_in(self._section("products"), self.findings)
        occupation, reference = references(self.facts.get("reference"), products, self.findings)
        route, title = self._route_and_title(names, products)
        employers = self._employers()
        draft = StandardDraft(
            source_name=self.name,
            source_sha256=self.sha256,
            reference=reference,
            occupation_reference=occupation,
            version=self._version(),
            is_version_named="version" in self.facts,
            title=title,
            route=route,
            status=self._status(),
            level=self._level(),
            overview=self.overview,
            summary=self._summary(),
            median_salary_pounds=self._salary(),
            soc_groups=self.soc_groups,
            employers=employers,
            job_titles=keywords_in(self._section("job_titles")),
            keywords=keywords_in(self._section("keywords")),
            products=products,
            ksbs=self._ksbs(),
        )
        draft.soc_code, draft.soc_title = self._soc()
        self.findings.raise_if_refused()
        kept = [line for name in self.sections if name != "tail" for line in self._section(name)]
        self.findings.warnings += misread(kept, self.name)
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        draft.lines = self.lines
        return draft

    def _check_it_is_a_whole_page(self) -> None:
        """Stop here if this is another kind of text, or a page without its end: more reasons would only confuse."""
        last = self.all_lines[-1].number
        if "ksbs" not in self.sections:
            if "reference" not in self.facts and "products" not in self.sections:
                raise Refused(Problem(self.name, 1, "this is not the text of an occupational-map page"))
            reason = "the heading “Knowledge, skills and behaviours (KSBs)” is missing; the file seems cut off"
            raise Refused(Problem(self.name, last, reason))
        if "tail" not in self.sections and not self.is_saved_whole:
            reason = "the page ends before its “Occupational Progression” part; the file seems cut off"
            raise Refused(Problem(self.name, last, reason))
        if not self.findings.errors and not self.is_saved_whole and progression.is_cut_off(self._section("tail")):
            reason = "the page ends within its “Occupational Progression” part; the file seems cut off"
            raise Refused(Problem(self.name, last, reason))

    # The head --------------------------------------------------------------------------------------------------------

    def _read_head(self) -> list[Line]:
        """Take the facts out of the head. Answers the lines before the level: the occupation's names and route."""
        lines = [line for line in self._section("head") if line.text]
        self.soc_groups: list[tuple[str, str]] = []
        names: list[Line] = []
        overview: list[Line] = []
        waiting = ""
        for line in lines:
            if match := _LABEL.fullmatch(line.text):
                waiting = self._labelled(match, line)
            elif waiting:
                if not is_an_icon(line.text):
                    self._fact(waiting, line, line.text)
                    waiting = ""
            elif match := _SOC_GROUP.fullmatch(line.text):
                self.soc_groups.append((match["code"], match["title"]))
                self.lines.setdefault("soc_groups", line.number)
            elif match := _HOME.fullmatch(line.text) if "home" not in self.facts else None:
                self._fact("home", line, match["route"])
                names = []
            elif "level" not in self.facts and _LEVEL.fullmatch(line.text):
                self._fact("level", line, line.text)
            elif "level" not in self.facts and "reference" not in self.facts:
                names.append(line)
            elif "reference" not in self.facts:
                overview.append(line)
            else:
                self.findings.warn(line.number, f"this line is not understood and left out: “{shortened(line.text)}”")
        self.overview = "\n".join(line.text for line in overview)
        if overview:
            self.lines["overview"] = overview[0].number
        return names

    def _labelled(self, match: re.Match[str], line: Line) -> str:
        """Note a fact with its label; answers the fact's name if its value must be on a line to come."""
        label, value = match["label"].lower(), match["value"]
        if "sub" in label:
            return ""
        name = "salary" if "salary" in label else "SOC code" if "soc" in label else label
        if is_an_icon(value):
            return name
        self._fact(name, line, value)
        return ""

    def _route_and_title(self, names: list[Line], products: list[ProductDraft]) -> tuple[str, str]:
        home = self.facts.get("home")
        if names and (not home or names[-1].text == home.text or names[-1].text in progression.ROUTES):
            route_line: Line | None = names.pop()
        else:
            route_line = home
        if not route_line or not names:
            missing = "title" if route_line else "title and route"
            self.findings.refuse(1, f"the page does not name the occupation's {missing} before its level")
            return "", ""
        if home and route_line.text != home.text:
            self.findings.warn(
                route_line.number, f"the route differs from the one on line {home.number}, “{home.text}”"
            )
        if route_line.text not in progression.ROUTES:
            self.findings.warn(route_line.number, f"“{shortened(route_line.text)}” is not one of the routes known")
        title = names[-1]
        self.lines |= {"route": route_line.number, "title": title.number}
        if home:
            for other in names:
                if other.text != title.text:
                    self.findings.warn(
                        other.number, f"“{shortened(other.text)}” differs from the title, “{title.text}”"
                    )
        for product in products:
            if STANDARD.fullmatch(product.reference) and product.title != title.text:
                self.findings.warn(
                    product.line, f"{product.reference} is called “{product.title}”, the page “{title.text}”"
                )
        return route_line.text, title.text

    def _version(self) -> str:
        fact = self.facts.get("version")
        if fact and (match := _VERSION.fullmatch(fact.text)):
            return match["version"]
        if fact:
            self.findings.refuse(fact.number, f"“{shortened(fact.text)}” is not a version; one looks like 1.1")
        else:
            line = self.lines.get("reference", 1)
            self.findings.warn(line, f"the page names no version; version {VERSION_WHEN_UNNAMED} is taken")
        return VERSION_WHEN_UNNAMED

    def _status(self) -> str:
        status = without_icon(self.facts["status"].text) if "status" in self.facts else ""
        if not status:
            self.findings.refuse(self.lines.get("status", self.lines.get("reference", 1)), "the page names no status")
        return status

    def _level(self) -> int:
        fact = self.facts.get("level")
        match = _LEVEL.fullmatch(fact.text) if fact else None
        if not fact or not match:
            self.findings.refuse(
                self.lines.get("reference", 1), "the page names no level; a line like “Level 2 - …” is missing"
            )
            return 0
        level = int(match["level"])
        if not 1 <= level <= 8:
            self.findings.refuse(fact.number, f"there is no level {level}; levels are 1 to 8")
        band = "Technical" if level <= 3 else "Higher Technical" if level <= 5 else "Professional"
        printed = match["band"] or band
        if printed.casefold().removesuffix("occupation").strip() != band.casefold():
            self.findings.warn(
                fact.number, f"level {level} is a {band} level, but the page says “{shortened(printed)}”"
            )
        return level

    def _salary(self) -> int | None:
        if not (fact := self.facts.get("salary")):
            return None
        self.lines["median_salary_pounds"] = fact.number
        if match := _SALARY.fullmatch(fact.text):
            return int(match["pounds"].replace(",", ""))
        self.findings.warn(fact.number, f"“{shortened(fact.text)}” is not understood as a salary and left out")
        return None

    def _soc(self) -> tuple[str, str]:
        if not (fact := self.facts.get("SOC code")):
            return "", ""
        self.lines["soc_code"] = self.lines["soc_title"] = fact.number
        if match := _SOC.fullmatch(fact.text):
            return match["code"], match["title"]
        self.findings.warn(fact.number, f"“{shortened(fact.text)}” is not understood as a SOC 2020 code and left out")
        return "", ""

    # The sections ----------------------------------------------------------------------------------------------------

    def _employers(self) -> list[str]:
        """The employers, which the page names twice."""
        lists = [employers_in(part) for part in self.sections.get("employers", [])]
        lists = [employers for employers in lists if employers]
        if not lists:
            return []
        shortest = min(lists, key=len)
        if any(employers != lists[0] for employers in lists):
            all_begin_alike = all(employers[: len(shortest)] == shortest for employers in lists)
            taken = shortest if all_begin_alike else lists[0]
            which = "what they share" if all_begin_alike else "the first"
            self.findings.warn(self.lines["employers"], f"the lists of employers differ; {which} is taken")
            return taken
        return lists[0]

    def _summary(self) -> str:
        summary = paragraphs(self._section("summary"))
        if not summary:
            self.findings.warn(self.lines.get("summary", self.lines.get("reference", 1)), "the page has no summary")
        return summary

    def _ksbs(self) -> list[KsbDraft]:
        ksbs = KsbBlock(self._section("ksbs"), self.findings).ksbs
        if not ksbs:
            self.findings.refuse(
                self.lines["ksbs"], "no KSB follows the heading “Knowledge, skills and behaviours (KSBs)”"
            )
        return ksbs
