"""What goes in and out of a suggestion: the parts of a text, the statements it is compared with, and what is found."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: From these scores on. A piece of evidence shows a few of some forty KSBs: 0.15 is four times what chance would give.
STRONG, LIKELY = 0.4, 0.15


class Statement(Protocol):
    """A KSB, as the catalogue holds it (`Ksb`) or as a reader hands it over (`KsbDraft`)."""

    @property
    def type(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def statement(self) -> str: ...


@dataclass(frozen=True)
class EvidenceText:
    """All that a piece of evidence says, each part as it is there; any may be empty."""

    title: str = ""
    narrative: str = ""
    file_text: str = ""
    transcript: str = ""


def query(parts: EvidenceText) -> str:
    """All of it as one text, in which the title counts twice: it says in a few words what the rest is about."""
    return "\n".join(filter(None, (parts.title, parts.title, parts.narrative, parts.file_text, parts.transcript)))


@dataclass(frozen=True)
class DutyWithCodes:
    """A duty of the same standard, with the codes of the KSBs that the standard maps to it."""

    text: str
    codes: tuple[str, ...]


class Sureness(StrEnum):
    """How far a suggestion can be trusted, in three steps that a screen can show."""

    STRONG = "strong"
    LIKELY = "likely"
    FAINT = "faint"


@dataclass(frozen=True)
class Suggestion:
    """One KSB that a text may show.

    Args:
        score: from 0 to 1, about the share of such suggestions that are right.
        words: those of the text that speak for it, as they stand there, the weightiest first.
    """

    ksb: Statement
    score: float
    words: tuple[str, ...]

    @property
    def sureness(self) -> Sureness:
        if self.score >= STRONG:
            return Sureness.STRONG
        return Sureness.LIKELY if self.score >= LIKELY else Sureness.FAINT


def worth_showing(suggestions: Iterable[Suggestion], most: int = 6) -> list[Suggestion]:
    """The first few that are not faint and have words of the text to speak for them; often fewer than `most`."""
    shown = (one for one in suggestions if one.sureness is not Sureness.FAINT and one.words)
    return [one for one, _ in zip(shown, range(most), strict=False)]
