"""Statements out of the prose of an old-template standard, only where somebody asks: they have no codes there.

The headings vary ("Technical Competencies", "Knowledge and understanding", "Skills and behaviours"). Under one that
speaks of several kinds at once the kind of a statement cannot be known, and none is made.
"""

import re

from occupations.importing.draft import Findings, KsbDraft, StandardDraft
from occupations.importing.parsing.codes import TYPES
from occupations.importing.parsing.ksb_texts import KsbTexts
from occupations.importing.parsing.text import shortened

_KINDS = {
    "K": r"(?:technical |core |required |key |the ){0,3}(?:knowledge|understanding)"
    r"(?: (?:and|&) (?:knowledge|understanding))?",
    "S": r"(?:technical |core |required |key |the |practical ){0,3}"
    r"(?:skills|competenc(?:y|ies|es?)|skills (?:and|&) competenc(?:ies|es))",
    "B": r"(?:core |required |key |the |professional |personal ){0,3}"
    r"(?:behaviours?|attitudes?(?: (?:and|&) behaviours?)?"
    r"|behaviours? (?:and|&) attitudes?|attributes)",
}
_AFTER = r"(?:\s*(?:requirements?|statements?|required|specification|criteria))?\s*(?:\([^()]{0,40}\))?\s*[:.]?"
_HEADING = {kind: re.compile(words + _AFTER, re.IGNORECASE) for kind, words in _KINDS.items()}
_MIXED = re.compile(
    r".{0,40}\b(?:knowledge|skills|competenc|behaviours?)\b.{0,20}(?:and|&|,|/).{0,30}"
    r"\b(?:knowledge|skills|behaviours?)\b.{0,40}",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:entry|entry requirements|duration|typical duration|qualifications?|english (?:and|&) maths|level|"
    r"review(?: date)?|professional (?:recognition|registration)|progression|link to professional.*|"
    r"occupation(?:al)? (?:profile|summary)|"
    r"role|job role.*|typical job.*|options?|assessment.*|duties|responsibilities)[:.]?",
    re.IGNORECASE,
)


def add(draft: StandardDraft, findings: Findings) -> None:
    """Give a draft that has only prose the KSBs that can be read out of it, each with a warning of what was made."""
    line = draft.lines.get("prose") or draft.lines.get("ksbs") or 1
    texts = KsbTexts(findings)
    counts: dict[str, int] = {}
    ksbs: list[KsbDraft] = []
    kind = ""
    for text in (draft.prose or "").split("\n"):
        text = text.strip()
        is_item = text.startswith("- ")
        if not text:
            continue
        if not is_item and len(text) < 120:
            found = next((name for name, pattern in _HEADING.items() if pattern.fullmatch(text)), None)
            if found or _MIXED.fullmatch(text) or _OTHER.fullmatch(text):
                if not found and _MIXED.fullmatch(text):
                    findings.warn(line, f"of which kind the statements under “{shortened(text)}” are cannot be known")
                kind = found or ""
                continue
        if is_item and kind:
            number = counts[kind] = counts.get(kind, 0) + 1
            if number < 1000 and (ksb := texts.ksb(kind, number, text[2:], line)):
                ksbs.append(ksb)
    if not ksbs:
        findings.warn(line, "no statements can be told from the prose of this standard; enter them by hand")
        return
    draft.ksbs = sorted(ksbs, key=lambda ksb: (TYPES.index(ksb.type), ksb.number))
    made = ", ".join(f"{counts[kind]} {kind}" for kind in TYPES if kind in counts)
    findings.warn(
        line, f"the source lists no KSBs; {made} were read out of its prose, and their codes were made up here"
    )
