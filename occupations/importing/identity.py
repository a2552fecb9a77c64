"""Which standard and version a source speaks of, where it does not say so itself: from what was given, or its name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from occupations.importing.draft import Findings, Problem, Refused, StandardDraft
from occupations.importing.parsing import prose_ksbs
from occupations.importing.parsing.codes import REFERENCE, VERSION

_IN_NAME = re.compile(
    r"(?<![a-z0-9])(?P<reference>(?:st|fa|au)[0-9]{4})(?![0-9])(?:[ _-]{0,3}v?(?:ersion)?[ _-]?"
    r"(?P<version>[0-9]{1,3}[.-][0-9]{1,3})(?![0-9]))?",
    re.IGNORECASE,
)
_VERSION_TAKEN = re.compile(r"\bversion\b.*\btaken\b")
_IN_TEXT = re.compile(r"(?<![A-Za-z0-9])(?:ST|FA|AU)[0-9]{4}(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Ways:
    """How whoever brings a source can say what it does not."""

    reference: str
    version: str


ON_THE_PAGE = Ways("in the field “Reference”", "in the field “Version”")
BY_COMMAND = Ways("with --reference", "with --version")


@dataclass(frozen=True)
class Given:
    """What somebody says about a source who brings it.

    `makes_codes`: the statements of an old-template standard, which have no codes, are to be read out of its prose and
    given those of their places.
    """

    reference: str = ""
    version: str = ""
    makes_codes: bool = False
    ways: Ways = ON_THE_PAGE


NOTHING = Given()


def identified(reading: StandardDraft | Refused, name: str, given: Given) -> StandardDraft | Refused:
    """A reading with its reference and version, or why they are not known, or not what was given."""
    if isinstance(reading, Refused):
        return reading
    findings = Findings(name)
    line = reading.lines.get("reference", 1)
    in_name = _IN_NAME.search(PurePath(name).name)
    if reading.reference:
        if given.reference and given.reference != reading.reference and reading.is_reference_mentioned:
            findings.warn(line, f"you gave {given.reference}; {reading.reference} is only mentioned in the text")
            reading.reference = given.reference
        elif given.reference and given.reference != reading.reference:
            reason = f"this is about {reading.reference}, but you gave {given.reference}"
            return Refused(Problem(name, line, reason))
    elif given.reference:
        reading.reference = given.reference
        findings.warn(line, f"the source does not say which standard it is for; you gave {given.reference}")
    elif in_name:
        reading.reference = in_name["reference"].upper()
        findings.warn(line, f"the source does not say which standard it is for; its name says {reading.reference}")
    else:
        reason = (
            "the source does not say which standard it is for. Give its reference, like ST0321: "
            f"{given.ways.reference}, or in the name of the file"
        )
        return Refused(Problem(name, line, reason))
    reading.way_to_say_version = given.ways.version
    if reading.is_version_named:
        if given.version and given.version != reading.version:
            return Refused(Problem(name, line, f"this is version {reading.version}, but you gave {given.version}"))
    elif given.version:
        reading.version, reading.is_version_named = given.version, True
        reading.warnings = [note for note in reading.warnings if not is_about_version(note)]
        findings.warn(line, f"the source does not say which version it is; you gave {given.version}")
    elif in_name and in_name["version"] and in_name["reference"].upper() == reading.reference:
        reading.version, reading.is_version_named = in_name["version"].replace("-", "."), True
        reading.warnings = [note for note in reading.warnings if not is_about_version(note)]
        findings.warn(line, f"the source does not say which version it is; its name says {reading.version}")
    if given.makes_codes and not reading.ksbs and reading.prose:
        prose_ksbs.add(reading, findings)
    reading.warnings += findings.warnings
    return reading


def reference_in(texts: Iterator[str]) -> tuple[str, int] | None:
    """The one reference that `texts` name, and the place of the first that does; None if they name none or several."""
    found: dict[str, int] = {}
    for place, text in enumerate(texts):
        for match in _IN_TEXT.finditer(text):
            found.setdefault(match[0], place)
        if len(found) > 1:
            return None
    return next(iter(found.items()), None)


def in_address(address: str) -> tuple[str, str]:
    """The reference and the version that the address of a page names; "" for what it does not."""
    match = _IN_NAME.search(address)
    if not match or not re.search(r"apprentice|standard|occupation|course", address, re.IGNORECASE):
        return "", ""
    return match["reference"].upper(), (match["version"] or "").replace("-", ".")


def is_about_version(note: Problem) -> bool:
    """Whether a note says which version is taken for that of a source that names none."""
    return bool(_VERSION_TAKEN.search(note.reason))


def is_reference(text: str) -> bool:
    return bool(REFERENCE.fullmatch(text))


def is_version(text: str) -> bool:
    return bool(VERSION.fullmatch(text))
