"""What a reader hands over: a standard as its source says it, and on which lines. Nothing here is stored."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """Something about a file that a person should know: why it was refused, or what was taken for granted in it."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class Refused(Exception):
    """A file that is not taken in, with every reason that was found."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass
class Findings:
    """What a reader has found wrong (the file is refused) or odd (it comes in all the same) so far."""

    file: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        self.errors.append(Problem(self.file, line, reason))

    def warn(self, line: int, reason: str) -> None:
        self.warnings.append(Problem(self.file, line, reason))

    def raise_if_refused(self) -> None:
        if self.errors:
            raise Refused(*sorted(self.errors, key=lambda problem: problem.line or 0))


@dataclass(frozen=True)
class KsbDraft:
    """One statement with the code that is printed before it; of several lines, if it was published so."""

    type: str
    number: int
    statement: str
    line: int

    @property
    def code(self) -> str:
        return f"{self.type}{self.number}"


@dataclass(frozen=True)
class ProductDraft:
    """One thing to take to learn the occupation, as its page lists it."""

    reference: str
    title: str
    level: int | None
    status: str
    line: int


@dataclass
class StandardDraft:
    """One version of one standard. `lines` says, by field name, where in the source each fact stands."""

    source_name: str
    source_sha256: str
    reference: str
    version: str
    title: str
    occupation_reference: str
    status: str
    route: str
    level: int
    overview: str = ""
    summary: str = ""
    median_salary_pounds: int | None = None
    soc_code: str = ""
    soc_title: str = ""
    soc_groups: list[tuple[str, str]] = field(default_factory=list)
    employers: list[str] = field(default_factory=list)
    job_titles: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    products: list[ProductDraft] = field(default_factory=list)
    ksbs: list[KsbDraft] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.reference} version {self.version}"
