"""Reads which KSBs are assessed where, in either of two shapes.

A plan of the old kind says of each KSB by which methods it is assessed. A reformed one has outcomes, each with its
KSBs; a KSB that two options share stands in an outcome of each, and behaviours may stand in none.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from occupations.importing.draft import AssessmentDraft, Findings, Refused, StandardDraft
from occupations.importing.formats.json_records import Record, drafts, is_json
from occupations.importing.parsing.codes import REFERENCE, TYPES, VERSION, Code, code_in, in_order
from occupations.importing.parsing.json_fields import Fields
from occupations.importing.parsing.text import shortened

_SIGNS = (b'"assessment_outcomes"', b'"assessed_in"', b'"assessmentOutcomes"', b'"assessedIn"')
_OUTCOMES = ("assessment_outcomes", "assessmentOutcomes", "outcomes")
_ASSESSED_IN = ("assessed_in", "assessedIn")
_REFERENCE_KEYS = ("standard", "reference", "referenceNumber", "ifateReferenceNumber")
_CODE_KEYS = ("code", "id", "key", "ksb", "reference")
_METHOD_KEYS = ("method", "title", "name")


def recognises(head: bytes, name: str) -> bool:
    """JSON with outcomes, or with KSBs that say where they are assessed."""
    return is_json(head) and any(sign in head for sign in _SIGNS)


def read(stream: BinaryIO, name: str) -> Iterator[StandardDraft | Refused]:
    """A draft for each standard, with nothing but its assessments, or why it is refused.

    Raises:
        Refused: nothing more of the file can be read from a line on.
    """
    yield from drafts(stream, name, lambda *record: _Mapping(*record).draft())


class _Mapping:
    """The mapping of one standard while it is read."""

    def __init__(self, record: Record, name: str, sha256: str) -> None:
        self.record, self.name, self.sha256 = record, name, sha256
        self.findings = Findings(name)
        self.fields = Fields(record.value, record, self.findings)

    def draft(self) -> StandardDraft:
        about = self._about()
        key, reference = next(
            ((key, text) for key in _REFERENCE_KEYS if (text := (about.words(key) or "").upper())), ("standard", "")
        )
        if not REFERENCE.fullmatch(reference):
            about.refuse(key, f"“{shortened(reference)}” is not a reference of a standard; one looks like ST0321")
        version = (about.words("version") or about.words("versionNumber") or "").lower().removeprefix("v")
        if version and not VERSION.fullmatch(version):
            about.refuse("version", f"“{shortened(version)}” is not a version; one looks like 1.1")
        elif not version:
            self.findings.warn(self.record.line, "no version is named; the newest that is held is taken")
        outcomes = next((key for key in _OUTCOMES if key in self.record.value), None)
        assessments = self._outcomes(outcomes) if outcomes else self._methods()
        self.findings.raise_if_refused()
        if not assessments:
            raise Refused(*self._nothing())
        draft = StandardDraft(
            source_name=self.name,
            source_sha256=self.sha256,
            reference=reference,
            version=version or "1.0",
            is_version_named=bool(version),
            title=about.words("title") or None,
            assessments=assessments,
        )
        draft.warnings = sorted(self.findings.warnings, key=lambda problem: problem.line or 0)
        draft.lines = {"reference": about.line_of(key), "title": about.line_of("title")}
        return draft

    def _about(self) -> Fields:
        """Where the standard is named: in the record itself, or in an object of it."""
        standard = self.record.value.get("standard")
        return Fields(standard, self.record, self.findings) if isinstance(standard, dict) else self.fields

    def _nothing(self) -> list[Any]:
        self.findings.refuse(self.record.line, "the record names no outcome and no method of assessment")
        return self.findings.errors

    # Outcomes --------------------------------------------------------------------------------------------------------

    def _outcomes(self, key: str) -> list[AssessmentDraft]:
        items = self.record.value[key]
        if not isinstance(items, list):
            self.fields.refuse(key, f"“{key}” is not a list")
            return []
        options = self.record.value.get("options")
        titles = options if isinstance(options, dict) else {}
        place = max(self.record.text.find(f'"{key}"'), 0)
        outcomes, named = [], set()
        for number, item in enumerate(items, start=1):
            place = max(self.record.text.find('"ksbs"', place + 1), place)
            line = self.record.line_at(place)
            if not isinstance(item, dict) or not isinstance(item.get("ksbs"), list):
                self.findings.refuse(line, f"outcome {number} has no list of KSBs (“ksbs”)")
                continue
            fields = Fields(item, self.record, self.findings, place)
            codes = self._codes(item["ksbs"], line)
            named |= set(codes)
            scope = fields.words("scope", 300) or ""
            title = titles.get(scope, scope)
            code = fields.words("id", 12) or fields.words("code", 12) or f"AO{number}"
            outcomes.append(
                AssessmentDraft(
                    "outcome",
                    fields.words("title", 300) or code,
                    tuple(map(str, codes)),
                    code,
                    shortened(" ".join(title.split()), 300) if isinstance(title, str) else scope,
                    line,
                )
            )
        self._say_what_is_in_none(named)
        return outcomes

    def _say_what_is_in_none(self, named: set[Code]) -> None:
        """The behaviours of a reformed plan are verified by the employer; a knowledge or skill in no outcome is odd."""
        counts = self.record.value.get("ksb_counts")
        for kind, count in counts.items() if isinstance(counts, dict) else ():
            if kind in TYPES and kind not in ("B", "ESB") and isinstance(count, int) and 0 < count < 1_000:
                numbers = {code.number for code in named if code.type == kind}
                if missing := [f"{kind}{number}" for number in range(1, count + 1) if number not in numbers]:
                    self.fields.warn("ksb_counts", f"no outcome names {', '.join(missing)}")

    # Methods ---------------------------------------------------------------------------------------------------------

    def _methods(self) -> list[AssessmentDraft]:
        """The methods in the order in which they are first named, each with its KSBs."""
        codes: dict[str, list[Code]] = {}
        lines: dict[str, int] = {}
        place = 0
        for name, item in _assessed(self.record.value):
            key = next(key for key in _ASSESSED_IN if key in item)
            place = max(self.record.text.find(f'"{key}"', place + 1), place)
            line = self.record.line_at(place)
            printed = next((item[key] for key in _CODE_KEYS if isinstance(item.get(key), str)), name)
            for code in self._codes([printed], line):
                for method in self._method_names(item[key], code, line):
                    codes.setdefault(method, []).append(code)
                    lines.setdefault(method, line)
        return [
            AssessmentDraft("method", method, tuple(map(str, in_order(named))), line=lines[method])
            for method, named in codes.items()
        ]

    def _method_names(self, value: Any, code: Code, line: int) -> list[str]:
        names = []
        for item in value if isinstance(value, list) else [value]:
            name = next((item[key] for key in _METHOD_KEYS if key in item), None) if isinstance(item, dict) else item
            if not isinstance(name, str) or not name.strip():
                self.findings.refuse(line, f"a method by which {code} is assessed has no name")
                continue
            names.append(shortened(" ".join(self.fields.clean(name, "method", line).split()), 300))
        if not names:
            self.findings.warn(line, f"{code} is assessed by no method")
        return names

    def _codes(self, items: list[Any], line: int) -> list[Code]:
        codes = []
        for item in items:
            code = code_in(item) if isinstance(item, str) else None
            if not code:
                self.findings.refuse(line, f"“{shortened(str(item), 20)}” is not the code of a KSB; one looks like K1")
                continue
            if code.is_alias:
                self.findings.warn(line, f"“{item}” is a sub-code; it is taken as {code}")
            codes.append(code)
        return in_order(codes)


def _assessed(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object that says where it is assessed, wherever it stands, with the key it stands under."""
    if depth > 8:
        return
    if isinstance(value, dict):
        if any(key in value for key in _ASSESSED_IN):
            yield name, value
            return
        for key, inner in value.items():
            yield from _assessed(inner, key, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _assessed(inner, name, depth + 1)
