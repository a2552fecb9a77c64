"""What is to become of one row of a file."""

from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from apprenticeships.importing.reading import Problem, Row, Step
from apprenticeships.models import Apprenticeship
from apprenticeships.newcomers import Newcomer
from occupations.models import Option


@dataclass(frozen=True)
class Difference:
    """One thing that is to change, as it is shown: from what to what.

    Attributes:
        field: the column of the file.
        group: what the change is made by: identifiers, name, address, planned_end, employer, hours or assessor.
    """

    field: str
    before: str
    after: str
    group: str


@dataclass
class Planned:
    """What is to become of one row. With problems, nothing is."""

    row: Row
    newcomer: Newcomer
    option: Option | None = None
    employer: str = ""
    assessor: User | None = None
    #: The apprenticeship that is here already; None for somebody new.
    existing: Apprenticeship | None = None
    #: Others of the same person on the same standard, beside which this is one more.
    beside: list[UUID] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What happens: skipped, refused, new, changed or unchanged."""
        if self.row.skipped:
            return "skipped"
        if self.problems:
            return "refused"
        if self.existing is None:
            return "new"
        return "changed" if self.differences or self.steps else "unchanged"

    def refuse(self, name: str, reason: str) -> None:
        if not any(one.field == name and one.reason == reason for one in self.problems):
            self.problems.append(Problem(name, reason))
