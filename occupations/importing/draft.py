"""What a reader hands over: a standard as its source says it, and on which lines. Nothing here is stored."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Something about a file that a person should know: why it was refused, or what was taken for granted in it."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class Asked(Problem):
    """Something that whoever brings a file has to say, to have it taken in."""


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
    """One statement with its code; of several lines, if it was published so. Options by title; none is core."""

    type: str
    number: int
    statement: str
    line: int
    source_id: str = ""
    source_code: str = ""
    options: tuple[str, ...] = ()
    #: The last line that is part of it, where that is not the first.
    last_line: int = 0

    @property
    def code(self) -> str:
        return f"{self.type}{self.number}"

    @property
    def lines(self) -> range:
        """The lines that it was read from."""
        return range(self.line, max(self.line, self.last_line) + 1)


@dataclass(frozen=True)
class ProductDraft:
    """One thing to take to learn the occupation, as its page lists it."""

    reference: str
    title: str
    level: int | None
    status: str
    line: int
    kind: str = ""


@dataclass(frozen=True)
class OptionDraft:
    """A named alternative inside the standard."""

    title: str
    source_id: str = ""
    line: int | None = None


@dataclass(frozen=True)
class DutyDraft:
    """What the worker does, with the codes of the KSBs it takes. Options by title; none is core."""

    number: int
    text: str
    ksb_codes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    criteria: str = ""
    source_id: str = ""
    line: int | None = None


@dataclass(frozen=True)
class AssessmentDraft:
    """A method of an assessment plan (`kind` method) or an outcome of a reformed one (outcome), and its KSBs' codes."""

    kind: str
    title: str
    ksb_codes: tuple[str, ...]
    code: str = ""
    scope: str = ""
    line: int | None = None


@dataclass
class StandardDraft:
    """One version of one standard, as far as a source tells of it. None means: the source does not say.

    The names are those of the model's fields. `lines` says, by field name, where in the source each fact stands.
    A source that names no version (`is_version_named` False) speaks of the newest that is held, else of 1.0.
    """

    source_name: str
    source_sha256: str
    reference: str
    version: str = "1.0"
    is_version_named: bool = True
    #: It need not have all KSBs, and says nothing of those that it has not: a list that somebody kept, or of options.
    is_list: bool = False
    #: The reference is one that the text mentions, which whoever brings it may know better.
    is_reference_mentioned: bool = False
    #: How whoever brings the source can say the version.
    way_to_say_version: str = ""
    #: A heading that somebody chose: it names a standard that is not held yet, and says nothing against the title of
    #: one that is.
    is_title_loose: bool = False
    title: str | None = None
    template: str | None = None
    occupation_reference: str | None = None
    lars_codes: list[int] | None = None
    status: str | None = None
    route: str | None = None
    level: int | None = None
    overview: str | None = None
    summary: str | None = None
    entry_requirements: str | None = None
    typical_duration_months: int | None = None
    maximum_funding_pounds: int | None = None
    median_salary_pounds: int | None = None
    soc_code: str | None = None
    soc_title: str | None = None
    soc_groups: list[tuple[str, str]] | None = None
    employers: list[str] | None = None
    job_titles: list[str] | None = None
    green_job_titles: list[str] | None = None
    keywords: list[str] | None = None
    green: str | None = None
    is_career_starter: bool | None = None
    has_core_and_options: bool | None = None
    regulated_by: str | None = None
    integrated_degree: str | None = None
    qualifications: list[dict[str, Any]] | None = None
    professional_recognition: list[dict[str, Any]] | None = None
    english_and_maths: str | None = None
    quality_assured_by: str | None = None
    page_url: str | None = None
    assessment_plan_url: str | None = None
    approved_on: date | None = None
    earliest_start_on: date | None = None
    latest_start_on: date | None = None
    latest_end_on: date | None = None
    change: str | None = None
    notice: str | None = None
    version_log: list[dict[str, Any]] | None = None
    prose: str | None = None
    products: list[ProductDraft] | None = None
    options: list[OptionDraft] | None = None
    ksbs: list[KsbDraft] | None = None
    duties: list[DutyDraft] | None = None
    assessments: list[AssessmentDraft] | None = None
    leads_to: list[str] | None = None
    lines: dict[str, int] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def rank(self) -> int:
        """Its place among others that come with it: what leans on other sources comes behind them.

        A text that names its version comes first, then what leads to statements that it has not, then lists that name
        no version, and last what has neither: so that the order in which files come does not matter.
        """
        if not self.is_version_named:
            return 2 if self.ksbs else 3
        return int(not self.ksbs and bool(self.assessments or self.duties))

    def __str__(self) -> str:
        return f"{self.reference} version {self.version}"
