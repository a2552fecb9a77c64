"""Reads records of the public API of apprenticeship standards (IfATE, now Skills England), one or a list of them.

A KSB has no code there: it is its place in its list. Duties name KSBs by their GUIDs, and options are read off them.
Foundation apprenticeships and apprenticeship units have technical knowledge and skills in lists of their own.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from occupations.importing.draft import Findings, KsbDraft, ProductDraft, Refused, StandardDraft
from occupations.importing.formats.ifate_links import Links
from occupations.importing.formats.json_records import Record, drafts, is_json
from occupations.importing.parsing.codes import REFERENCE, TYPES, VERSION
from occupations.importing.parsing.json_fields import Fields, level_in, route_in, status_in
from occupations.importing.parsing.ksb_texts import KsbTexts
from occupations.importing.parsing.lists import employers_in
from occupations.importing.parsing.text import Line, shortened

_SIGNS = (
    b'"referenceNumber"',
    b'"templateType"',
    b'"knowledgeId"',
    b'"skillId"',
    b'"behaviourId"',
    b'"dutyDetail"',
    b'"technicalKnowledges"',
    b'"technicalSkills"',
)
_LISTS = {
    "K": "knowledges",
    "S": "skills",
    "B": "behaviours",
    "TK": "technicalKnowledges",
    "TS": "technicalSkills",
    "ESB": "employabilitySkillsAndBehaviours",
}
_IDS = ("id", "knowledgeId", "skillId", "behaviourId", "technicalKnowledgeId", "technicalSkillId")
_OCCUPATION = re.compile(r"OCC([0-9]{4})")
#: Where each fact stands, for the line of what is said about it; the first that is there.
_KEYS = {
    "reference": ("referenceNumber",),
    "version": ("versionNumber", "version"),
    "title": ("title",),
    "template": ("templateType",),
    "status": ("status",),
    "route": ("route",),
    "level": ("level",),
    "overview": ("overviewOfRole", "whoIsItFor"),
    "summary": ("occupationalSummary",),
    "typical_duration_months": ("typicalDuration",),
    "maximum_funding_pounds": ("maxFunding",),
    "regulated_by": ("regulatedBody",),
    "integrated_degree": ("integratedDegree",),
    "quality_assured_by": ("eQAProvider",),
    "page_url": ("standardPageUrl",),
    "assessment_plan_url": ("assessmentPlanUrl",),
    "ksbs": ("knowledges", "technicalKnowledges"),
    "duties": ("duties",),
    "options": ("options",),
}


def recognises(head: bytes, name: str) -> bool:
    """JSON with one of the names that only these records have."""
    return is_json(head) and any(sign in head for sign in _SIGNS)


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft | Refused]:
    """A draft of each record, or why it is refused.

    Raises:
        Refused: nothing more of the file can be read from a line on.
    """
    across = _AcrossRecords()
    for draft in drafts(stream, name, lambda *record: _Standard(*record).draft()):
        if not isinstance(draft, Refused):
            across.check(draft)
        yield draft


class _AcrossRecords:
    """What one record of a list cannot show: numbers that are given twice."""

    def __init__(self) -> None:
        self._references: dict[int, str] = {}
        self._approved: dict[str, str] = {}

    def check(self, draft: StandardDraft) -> None:
        findings = Findings(draft.source_name)
        line = draft.lines.get("reference", 1)
        for code in draft.lars_codes or []:
            other = self._references.setdefault(code, draft.reference)
            if other != draft.reference:
                findings.warn(line, f"LARS code {code} was given to {other} already in this file")
        if (draft.status or "").lower() == "approved for delivery":
            version = self._approved.setdefault(draft.reference, draft.version)
            if version != draft.version:
                findings.warn(line, f"{draft.reference} is approved for delivery as version {version} too")
        draft.warnings += findings.warnings


class _Standard:
    """One record while it is read."""

    def __init__(self, record: Record, name: str, sha256: str) -> None:
        self.record, self.name, self.sha256 = record, name, sha256
        self.findings = Findings(name)
        self.fields = Fields(record.value, record, self.findings)

    def draft(self) -> StandardDraft:
        fields, record = self.fields, self.record
        reference, version = self._reference(), self._version()
        # What is no record of a standard has nothing else worth telling.
        self.findings.raise_if_refused()
        title = self._title()
        ksbs = self._ksbs()
        if ksbs and "duties" not in record.value and reference.startswith("ST"):
            self.findings.warn(record.line, "the record has no list of duties")
        ksbs, duties, options = Links(ksbs, fields, self.findings).draw(self._items("duties"))
        jobs = fields.texts("typicalJobTitles")
        draft = StandardDraft(
            source_name=self.name,
            source_sha256=self.sha256,
            reference=reference,
            version=version,
            title=title,
            template=fields.words("templateType", 60),
            lars_codes=self._lars_codes(),
            status=status_in(fields),
            route=route_in(fields),
            level=level_in(fields),
            overview=fields.html("overviewOfRole") or fields.html("whoIsItFor"),
            summary=fields.html("occupationalSummary"),
            entry_requirements=fields.html("entryRequirements"),
            typical_duration_months=fields.whole_number("typicalDuration", 32_767) or None,
            maximum_funding_pounds=fields.whole_number("maxFunding"),
            employers=self._employers(),
            job_titles=jobs or fields.texts("jobRoles") or jobs,
            green_job_titles=fields.texts("greenJobTitles"),
            keywords=fields.texts("keywords"),
            is_career_starter=fields.flag("careerStarter"),
            has_core_and_options=fields.flag("coreAndOptions"),
            regulated_by=fields.words("regulatedBody", 300),
            integrated_degree=fields.words("integratedDegree", 60),
            qualifications=self._qualifications(),
            professional_recognition=self._recognition(),
            english_and_maths=fields.html("englishAndMathsQualifications"),
            quality_assured_by=self._quality_assured_by(),
            page_url=self._page_url(),
            assessment_plan_url=fields.address("assessmentPlanUrl"),
            approved_on=fields.day("approvedForDelivery"),
            earliest_start_on=fields.day("earliestStartDate"),
            latest_start_on=fields.day("latestStartDate"),
            latest_end_on=fields.day("latestEndDate"),
            change=fields.text("change"),
            prose="" if ksbs else self._prose(),
            products=self._products(title),
            options=options,
            ksbs=ksbs,
            duties=duties,
            leads_to=self._leads_to(),
        )
        if draft.has_core_and_options and not draft.options:
            self.findings.warn(fields.line_of("coreAndOptions"), "the record has options, but does not name them")
        self.findings.raise_if_refused()
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        draft.lines = {
            field: fields.line_of(next((key for key in keys if fields.has(key)), keys[0]))
            for field, keys in _KEYS.items()
        }
        return draft

    # Which standard it is --------------------------------------------------------------------------------------------

    def _reference(self) -> str:
        reference = (self.fields.words("referenceNumber") or "").upper()
        if not REFERENCE.fullmatch(reference):
            line = self.fields.line_of("referenceNumber")
            self.findings.refuse(line, f"“{shortened(reference)}” is not a reference; one looks like ST0321")
        return reference

    def _version(self) -> str:
        number, version = (self.fields.words(key) or "" for key in ("versionNumber", "version"))
        line = self.fields.line_of("versionNumber")
        if number and version and number != version:
            self.findings.refuse(line, f"the record gives two versions, {shortened(number)} and {shortened(version)}")
        elif not VERSION.fullmatch(number or version):
            self.findings.refuse(line, f"“{shortened(number or version)}” is not a version; one looks like 1.1")
        elif not number:
            self.findings.warn(line, f"“versionNumber” is empty; “version” says {version}, which is taken")
        return number or version

    def _title(self) -> str:
        title = self.fields.words("title") or ""
        if len(title) < 2:
            self.findings.refuse(self.fields.line_of("title"), "the record has no title")
        return title

    # Facts -----------------------------------------------------------------------------------------------------------

    def _lars_codes(self) -> list[int] | None:
        code = self.fields.whole_number("larsCode", 999_999)
        return [code] if code else []

    def _employers(self) -> list[str] | None:
        employers = self.fields.parted("involvedEmployers", "\n")
        if employers and isinstance(self.fields.value.get("involvedEmployers"), str):
            return employers_in([Line(1, text, text) for text in employers])
        return employers

    def _qualifications(self) -> list[dict[str, Any]]:
        return [
            {
                "title": item.words("title") or "",
                "level": item.words("level") or "",
                "note": item.html("anyAdditionalInformation") or "",
            }
            for item in self.fields.objects("qualifications")
        ]

    def _recognition(self) -> list[dict[str, Any]]:
        recognition = []
        for item in self.fields.objects("professionalRecognition"):
            extent = (item.words("isPartial") or "").lower()
            notes = (extent if extent in ("full", "partial") else "", item.html("partialFreeText") or "")
            recognition.append(
                {
                    "body": item.words("bodyName") or "",
                    "level": item.words("level") or "",
                    "note": "\n".join(note for note in notes if note),
                }
            )
        return recognition

    def _quality_assured_by(self) -> str | None:
        value = self.fields.value.get("eQAProvider", self.fields.value.get("eqaProvider"))
        if not isinstance(value, dict):
            return None
        provider = Fields(value, self.record, self.findings)
        return provider.words("providerName", 200) or provider.words("name", 200)

    def _page_url(self) -> str | None:
        keys = ("standardPageUrl", "occupationalStandardUrl", "foundationApprenticeshipUrl", "apprenticeshipUnitUrl")
        return next((address for key in keys if (address := self.fields.address(key))), None)

    def _prose(self) -> str | None:
        """The body of the old template, which is all that there is of a standard whose KSBs are not listed."""
        self.findings.warn(self.fields.line_of("knowledges"), "KSBs are not listed by the source")
        return self.fields.html("standardInformation")

    def _products(self, title: str) -> list[ProductDraft] | None:
        """A unit is found by its learning aim class code, as an apprenticeship by its LARS code."""
        if not (code := self.fields.words("learningAimClassCode", 20)):
            return None
        line = self.fields.line_of("learningAimClassCode")
        level, status = self.fields.whole_number("level", 8), self.fields.words("status", 100) or ""
        return [ProductDraft(code, title, level, status, line, "Apprenticeship unit")]

    def _leads_to(self) -> list[str] | None:
        """The occupations that a foundation apprenticeship is for; an occupation and its standard share a number."""
        related = (item.words("reference") or "" for item in self.fields.objects("relatedOccupations"))
        return [f"ST{match[1]}" for reference in related if (match := _OCCUPATION.fullmatch(reference.upper()))] or None

    # KSBs ------------------------------------------------------------------------------------------------------------

    def _ksbs(self) -> list[KsbDraft]:
        self._check_lists()
        texts = KsbTexts(self.findings)
        ksbs = []
        for kind in TYPES:
            place = max(self.record.text.find(f'"{_LISTS[kind]}"'), 0)
            for number, item in enumerate(self._items(_LISTS[kind]), start=1):
                place = max(self.record.text.find('"detail"', place + 1), place)
                line = self.record.line_at(place)
                detail = item.get("detail") if isinstance(item, dict) else None
                if not isinstance(detail, str):
                    self.findings.refuse(line, f"{kind}{number} has no text (“detail”); the record seems damaged")
                    continue
                source_id = next((item[key] for key in _IDS if isinstance(item.get(key), str)), "").strip()
                if ksb := texts.ksb(kind, number, self.fields.clean(detail, "detail", line), line, source_id[:64]):
                    ksbs.append(ksb)
        if ksbs:
            texts.say_places_were_taken(ksbs, self.fields.line_of(_LISTS[ksbs[0].type]))
        kinds = {ksb.type for ksb in ksbs}
        if "K" in kinds and "B" not in kinds:
            line = self.fields.line_of("behaviours")
            self.findings.warn(line, "there are no behaviours; some standards have none, so it is taken as it is")
        return ksbs

    def _check_lists(self) -> None:
        """A list that is not there at all was lost, and its KSBs with it; and so was one that is null beside others."""
        for family in (("K", "S", "B"), ("TK", "TS")):
            there = [kind for kind in family if _LISTS[kind] in self.record.value]
            is_told = any(self.record.value.get(_LISTS[kind]) for kind in family)
            missing = [kind for kind in family if not self.fields.has(_LISTS[kind])] if is_told else []
            if there or (family == ("K", "S", "B") and not self._has_any_list()):
                missing += [kind for kind in family if kind not in there and kind not in missing]
            for kind in missing:
                reason = f"the list “{_LISTS[kind]}” is missing; the record seems damaged"
                self.findings.refuse(self.fields.line_of(_LISTS[kind]), reason)

    def _has_any_list(self) -> bool:
        return any(key in self.record.value for key in _LISTS.values())

    def _items(self, key: str) -> list[Any]:
        """The items of a list that must be one; without any it is an empty one."""
        items = self.record.value.get(key)
        if items is None:
            return []
        if not isinstance(items, list):
            self.findings.refuse(self.fields.line_of(key), f"“{key}” is not a list; the record seems damaged")
            return []
        return items
