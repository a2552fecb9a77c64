"""Reads what the Courses API answers about a standard: the standard itself, and the KSBs of each of its options.

Its KSBs have keys, and an option lists only its own, so a list may go from K2 to K7. Duties are texts without KSBs.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any, BinaryIO

from occupations.importing.draft import DutyDraft, Findings, KsbDraft, OptionDraft, Refused, StandardDraft
from occupations.importing.formats.json_records import Record, drafts, is_json
from occupations.importing.parsing.codes import REFERENCE, TYPES, VERSION, code_in
from occupations.importing.parsing.json_fields import Fields, level_in, route_in, status_in
from occupations.importing.parsing.ksb_texts import KsbTexts
from occupations.importing.parsing.text import shortened

_TYPES = {
    "knowledge": "K",
    "skill": "S",
    "behaviour": "B",
    "technicalknowledge": "TK",
    "technicalskill": "TS",
    "employabilityskillsandbehaviour": "ESB",
    "employabilityskillsandbehaviours": "ESB",
} | {str(place): kind for place, kind in enumerate(TYPES, start=1)}
_SIGNS = (b'"standardUId"', b'"ifateReferenceNumber"', b'"optionKsbs"')
_KSBS_ALONE = re.compile(rb'"ksbs"\s*:\s*\[\s*\{[^{}]*"key"\s*:')
_UID = re.compile(r"(?P<reference>(?:ST|FA|AU)[0-9]{4})[ _-]v?(?P<version>[0-9]{1,3}\.[0-9]{1,3})", re.IGNORECASE)
_FILLER = re.compile(r"\W*(?:duty\s*[0-9]*\W*)?", re.IGNORECASE)
_KEYS = {"reference": "ifateReferenceNumber", "ksbs": "optionKsbs"}
_KEYS |= {name: name for name in ("version", "title", "status", "route", "level", "options", "duties")}


def recognises(head: bytes, name: str) -> bool:
    """JSON with one of the names that only these answers have."""
    return is_json(head) and (any(sign in head for sign in _SIGNS) or bool(_KSBS_ALONE.search(head)))


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft | Refused]:
    """A draft of each standard, or why it is refused.

    Raises:
        Refused: nothing more of the file can be read from a line on.
    """
    yield from drafts(stream, name, lambda *record: _Course(*record).draft())


class _Course:
    """One answer while it is read: a standard with `optionKsbs` beside it, one alone, or a list of KSBs alone."""

    def __init__(self, record: Record, name: str, sha256: str) -> None:
        self.record, self.name, self.sha256 = record, name, sha256
        self.findings = Findings(name)
        self._details: dict[str, str] = {}
        standard = record.value.get("standard")
        self.fields = Fields(standard if isinstance(standard, dict) else record.value, record, self.findings)

    def draft(self) -> StandardDraft:
        fields = self.fields
        reference, version = self._which()
        self.findings.raise_if_refused()
        ksbs, options = self._ksbs()
        details = self._inner("versionDetail")
        hours = (details.words("proposedDurationUnits") or "").lower().startswith("hour")
        funding = fields.objects("apprenticeshipFunding")[-1:]
        draft = StandardDraft(
            source_name=self.name,
            source_sha256=self.sha256,
            reference=reference,
            version=version,
            # An answer leaves out what no option learns.
            is_list=True,
            title=fields.words("title"),
            lars_codes=[code] if (code := fields.whole_number("larsCode", 999_999)) else None,
            status=status_in(fields) if "title" in fields.value else None,
            route=route_in(fields),
            level=level_in(fields),
            overview=fields.html("overviewOfRole"),
            typical_duration_months=None if hours else self._months(details, funding),
            maximum_funding_pounds=details.whole_number("proposedMaxFunding")
            or next((item.whole_number("maxEmployerLevyCap") for item in funding), None),
            job_titles=fields.parted("typicalJobTitles", "|"),
            keywords=fields.parted("keywords", "|"),
            has_core_and_options=fields.flag("coreAndOptions"),
            regulated_by=fields.words("approvalBody", 300),
            integrated_degree=fields.words("integratedDegree", 60),
            quality_assured_by=self._inner("eqaProvider").words("name", 200),
            page_url=fields.address("standardPageUrl"),
            assessment_plan_url=fields.address("assessmentPlanUrl"),
            approved_on=details.day("approvedForDelivery"),
            earliest_start_on=details.day("earliestStartDate"),
            latest_start_on=details.day("latestStartDate"),
            latest_end_on=details.day("latestEndDate"),
            options=options,
            ksbs=ksbs,
            duties=self._duties(),
        )
        self.findings.raise_if_refused()
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        draft.lines = {field: fields.line_of(key) for field, key in _KEYS.items()}
        return draft

    # Which standard it is --------------------------------------------------------------------------------------------

    def _which(self) -> tuple[str, str]:
        """The reference and version. A list of KSBs alone does not say; the name of its file may."""
        fields = self.fields
        uid = _UID.fullmatch(fields.words("standardUId") or "")
        if not uid and "ksbs" in fields.value and (named := _UID.match(PurePath(self.name).name)):
            self.findings.warn(
                self.record.line, "the list of KSBs does not say of which standard it is; the name of the file is taken"
            )
            return named["reference"].upper(), named["version"]
        reference = (fields.words("ifateReferenceNumber") or (uid["reference"] if uid else "")).upper()
        if not REFERENCE.fullmatch(reference):
            fields.refuse("ifateReferenceNumber", f"“{shortened(reference)}” is not a reference; one looks like ST0321")
        version = fields.words("version") or (uid["version"] if uid else "")
        if not VERSION.fullmatch(version):
            fields.refuse("version", f"“{shortened(version)}” is not a version; one looks like 1.1")
        if uid and (uid["reference"].upper(), uid["version"]) != (reference, version):
            fields.refuse("standardUId", f"“{uid[0]}” and “{reference}” version “{version}” are not the same standard")
        return reference, version

    def _inner(self, key: str) -> Fields:
        """The object in a field; an empty one if there is none."""
        value = self.fields.value.get(key)
        begin = max(self.record.text.find(f'"{key}"'), 0)
        return Fields(value if isinstance(value, dict) else {}, self.record, self.findings, begin)

    def _months(self, details: Fields, funding: list[Fields]) -> int | None:
        return (
            details.whole_number("proposedTypicalDuration", 32_767)
            or next((item.whole_number("duration", 32_767) for item in funding), None)
            or None
        )

    # KSBs, options, duties -------------------------------------------------------------------------------------------

    def _ksbs(self) -> tuple[list[KsbDraft] | None, list[OptionDraft] | None]:
        """The KSBs of all options together. One that every option has is core, as is one of the option “core”."""
        titles = [title for title in self.fields.texts("options") or [] if title.casefold() != "core"]
        lists = self._lists()
        if lists is None:
            self.findings.warn(self.record.line, "KSBs are not listed by the source")
            return None, [OptionDraft(title) for title in titles] or None
        named = [title for title in lists if title.casefold() != "core"]
        for title in named:
            if title not in titles:
                titles.append(title)
        for title in titles:
            if title not in named:
                self.fields.warn("options", f"the option “{shortened(title)}” has no list of KSBs")
        texts = KsbTexts(self.findings)
        found: dict[str, KsbDraft] = {}
        options_of: dict[str, set[str]] = {}
        place = max(self.record.text.find('"optionKsbs"'), 0)
        for title, items in lists.items():
            place = max(self.record.text.find(f'"{title}"', place), place)
            for item in items:
                place = max(self.record.text.find('"key"', place + 1), place)
                if ksb := self._ksb(item, self.record.line_at(place), texts, found):
                    options_of.setdefault(ksb.code, set()).add(title)
        ksbs = sorted(found.values(), key=lambda ksb: (TYPES.index(ksb.type), ksb.number))
        if not ksbs:
            self.findings.warn(self.record.line, "KSBs are not listed by the source")
        self._say_what_no_list_has(ksbs)
        everybody = set(named) if len(named) > 1 else set()
        for place, ksb in enumerate(ksbs):
            of_ksb = options_of[ksb.code]
            if of_ksb <= set(named) and of_ksb != everybody:
                ksbs[place] = replace(ksb, options=tuple(sorted(of_ksb)))
        return ksbs, [OptionDraft(title, "", self.fields.line_of("options")) for title in titles]

    def _say_what_no_list_has(self, ksbs: list[KsbDraft]) -> None:
        """A gap in one option's list is filled by another's; one that stays is a KSB that no duty names, or is lost."""
        there = {ksb.code for ksb in ksbs}
        last = {ksb.type: ksb.number for ksb in ksbs}
        gaps = [f"{kind}{n}" for kind, most in last.items() for n in range(1, most) if f"{kind}{n}" not in there]
        if gaps:
            shown = ", ".join(gaps[:12]) + (f" and {len(gaps) - 12} more" if len(gaps) > 12 else "")
            self.findings.warn(self.record.line_of("optionKsbs"), f"no list has {shown}")

    def _lists(self) -> dict[str, list[Any]] | None:
        """The lists of KSBs by option; None where the answer has none."""
        value = self.record.value.get("optionKsbs")
        if value is None:
            alone = self.record.value.get("ksbs", self.fields.value.get("ksbs"))
            value = None if alone is None else {"core": {"ksbs": alone}}
        if value is None:
            return None
        lists = {}
        for title, answer in value.items() if isinstance(value, dict) else ():
            items = answer.get("ksbs") if isinstance(answer, dict) else answer
            if not isinstance(items, list):
                self.findings.refuse(self.record.line_of(title), f"the KSBs of “{shortened(title)}” are not a list")
                continue
            lists[" ".join(title.split())] = items
        if not isinstance(value, dict):
            self.findings.refuse(self.record.line_of("optionKsbs"), "“optionKsbs” is not lists of KSBs by option")
        return lists

    def _ksb(self, item: Any, line: int, texts: KsbTexts, found: dict[str, KsbDraft]) -> KsbDraft | None:
        key, detail = (item.get("key"), item.get("detail")) if isinstance(item, dict) else (None, None)
        code = code_in(key) if isinstance(key, str) else None
        if not code or not isinstance(detail, str):
            missing = "code (“key”)" if not code else "text (“detail”)"
            self.findings.refuse(line, f"a KSB has no {missing}; the answer seems damaged")
            return None
        if code.is_alias:
            self.findings.warn(line, f"“{shortened(str(key), 20)}” is a sub-code; it is taken as {code}")
        kind = _TYPES.get(str(item.get("type", "")).replace(" ", "").lower())
        if kind and kind != code.type:
            self.findings.warn(line, f"{code} is called “{shortened(str(item['type']))}”; its code counts")
        source_id = item["id"].strip()[:64] if isinstance(item.get("id"), str) else ""
        if held := found.get(str(code)):
            if source_id != held.source_id or detail != self._details[held.code]:
                self.findings.refuse(line, f"{code} stands here with other words or another id than before")
            return held
        self._details[str(code)] = detail
        ksb = texts.ksb(code.type, code.number, self.fields.clean(detail, "detail", line), line, source_id)
        if ksb:
            found[str(code)] = ksb
        return ksb

    def _duties(self) -> list[DutyDraft] | None:
        """The duties, without KSBs: the answer does not say which. One that says only "." fills a gap."""
        value = self.fields.value.get("duties")
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.fields.refuse("duties", "“duties” is not a list of texts; the answer seems damaged")
            return None
        line = self.fields.line_of("duties")
        duties = []
        for number, text in enumerate(value, start=1):
            text = self.fields.clean(text, "duties").strip()
            if _FILLER.fullmatch(text):
                self.findings.warn(line, f"duty {number} says only “{shortened(text)}” and is left out")
            else:
                duties.append(DutyDraft(number, text, line=line))
        return duties
