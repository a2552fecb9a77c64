"""Texts of which it is known what they show: duties in files of standards, and evidence that people have tagged."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.files import ENDINGS
from occupations.importing.known_formats import HEAD_BYTES, format_of
from occupations.importing.parsing.codes import REFERENCE, VERSION, code_in
from occupations.suggesting.measuring import Case
from occupations.suggesting.texts import DutyWithCodes, EvidenceText, Statement

#: Evidence that we made up, to learn from how apprentices tell of their work, and to try suggestions on.
MADE_UP = Path(__file__).with_name("made_up_evidence.json")
#: Tells what was passed over, and why.
Tell = Callable[[str], None]
#: A standard's KSBs, and its duties with theirs.
Found = tuple[Sequence[Statement], Sequence[DutyWithCodes]]
#: From the name of a standard to what it holds.
Find = Callable[[str], Found | None]


def drafts_in(path: Path, tell: Tell) -> Iterator[StandardDraft]:
    """Each standard with KSBs in a file, or in all files of a folder, in the order of their names."""
    for file in _files(path):
        try:
            with file.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
                stream.seek(0)
                for reading in format_of(head, file.name).read(stream, file.name):
                    if isinstance(reading, Refused):
                        tell(str(reading))
                    elif reading.ksbs:
                        yield reading
        except Refused as refused:
            tell(str(refused))


def duties_of(draft: StandardDraft) -> list[DutyWithCodes]:
    """The duties of a standard that name KSBs."""
    return [DutyWithCodes(duty.text, duty.ksb_codes) for duty in draft.duties or () if duty.ksb_codes]


def cases_of(draft: StandardDraft) -> Iterator[Case]:
    """Each duty that names KSBs as a text to find them for, with the standard's other duties."""
    duties = duties_of(draft)
    for place, duty in enumerate(duties):
        others = duties[:place] + duties[place + 1 :]
        text = EvidenceText(narrative=duty.text)
        yield Case(name_of(draft), text, draft.ksbs or (), frozenset(duty.codes), others)


def name_of(draft: StandardDraft) -> str:
    return f"{draft.reference} {draft.version}"


def is_tagged(path: Path) -> bool:
    """Whether a file holds tagged evidence rather than standards."""
    if not path.is_file() or path.suffix.lower() != ".json":
        return False
    with path.open("rb") as stream:
        return b'"ksb_codes"' in stream.read(HEAD_BYTES)


def tagged_cases(path: Path, find: Find, tell: Tell) -> Iterator[Case]:
    """Each piece of a file of tagged evidence: [{standard, evidence_title, evidence_text, ksb_codes}]."""
    try:
        items = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        tell(f"{path.name}: this is not JSON: {error}")
        return
    for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
        if isinstance(item, dict):
            yield from _tagged_case(item, f"{path.name}, piece {number}", find, tell)
        else:
            tell(f"{path.name}, piece {number}: this is no piece of evidence; it is passed over")


def shelf_of(drafts: Iterable[StandardDraft]) -> Find:
    """Finds standards among `drafts`, by reference, by reference and version, or by title; the newest that fits."""
    newest_first = sorted(drafts, key=lambda draft: [int(part) for part in draft.version.split(".")], reverse=True)

    @cache
    def find(name: str) -> Found | None:
        reference, version = REFERENCE.search(name.upper()), VERSION.search(name)
        for draft in newest_first:
            if reference:
                is_meant = draft.reference == reference[0] and (not version or draft.version == version[0])
            else:
                is_meant = (draft.title or "").casefold() == name.casefold()
            if is_meant:
                return draft.ksbs or (), duties_of(draft)
        return None

    return find


def made_up_cases(drafts: Iterable[StandardDraft]) -> Iterator[Case]:
    """The made-up evidence that ships with the project, as far as its standards are among `drafts`."""
    return tagged_cases(MADE_UP, shelf_of(drafts), lambda text: None)


def _tagged_case(item: dict[str, Any], name: str, find: Find, tell: Tell) -> Iterator[Case]:
    standard = str(item.get("standard") or "").strip()
    found = find(standard)
    if not found:
        tell(f"{name}: the standard “{standard}” was not found; it is passed over")
        return
    ksbs, duties = found
    codes = item.get("ksb_codes") or []
    given = codes.replace(";", ",").split(",") if isinstance(codes, str) else codes
    right = {str(code) for text in given if (code := code_in(str(text)))}
    held = {ksb.code for ksb in ksbs}
    if right - held:
        tell(f"{name}: {standard} has no {', '.join(sorted(right - held))}")
    if right & held:
        text = EvidenceText(title=str(item.get("evidence_title") or ""), narrative=str(item.get("evidence_text") or ""))
        yield Case(standard, text, ksbs, frozenset(right & held), duties)
    else:
        tell(f"{name}: none of its codes is one of the standard; it is passed over")


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        Path(place, name)
        for place, _, names in os.walk(path)
        for name in names
        if name.lower().endswith(ENDINGS) and not name.startswith(".")
    )
