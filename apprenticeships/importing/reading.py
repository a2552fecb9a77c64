"""What a reader of files hands over: one row for each apprenticeship, every value as plain text. Nothing is stored."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

#: More than any provider has; a file beyond this is a mistake.
MOST_ROWS = 20_000


class Refused(Exception):
    """A file that cannot be read at all. The message says why, to whoever brought it."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of a row, in words. A field of "" is the row as a whole."""

    field: str
    reason: str


@dataclass(frozen=True)
class Step:
    """A change of status that the file tells of: a `ChangeKind`, its day, and what else is said.

    Attributes:
        planned_end_on: the planned end from then on, for a return from a break.
        detail: a grade or the code of a reason, for the reason that is kept.
    """

    kind: str
    on: str
    planned_end_on: str = ""
    detail: str = ""


@dataclass
class Row:
    """One apprenticeship of a file. `values` has its fields by the names of the template; days are ISO, numbers digits.

    Attributes:
        number: the line of a table, the row of a sheet, or the place of the learner in an ILR file.
        is_whole_story: whether the file tells all that happened, as an ILR does; what it leaves out did not happen.
        skipped: why it is nothing to import, in words; empty for what is.
    """

    number: int
    values: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_whole_story: bool = False
    skipped: str = ""

    def refuse(self, name: str, reason: str) -> None:
        self.problems.append(Problem(name, reason))

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def label(self) -> str:
        """Whom it is about, for people: the name, or the reference where there is none."""
        parts = (self.get("first_name"), self.get("last_name"))
        return " ".join(filter(None, parts)) or self.get("name") or self.get("learner_reference")


@dataclass
class Reading:
    """All of a file, and what a person should know of how it was read."""

    format: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_kept(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    @classmethod
    def from_kept(cls, kept: dict[str, Any]) -> Self:
        rows = [
            Row(
                **row
                | {
                    "steps": [Step(**step) for step in row["steps"]],
                    "problems": [Problem(**problem) for problem in row["problems"]],
                }
            )
            for row in kept["rows"]
        ]
        return cls(kept["format"], rows, kept["notes"])

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows in.

        Raises:
            Refused: there are more than anybody has.
        """
        for row in rows:
            if len(self.rows) == MOST_ROWS:
                raise Refused(f"This file has more than {MOST_ROWS:,} learners. Split it into smaller files.")
            self.rows.append(row)
