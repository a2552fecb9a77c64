"""How good suggestions are, on texts of which it is known what they show: the usual measures of a ranking."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from statistics import fmean

from occupations.suggesting.texts import DutyWithCodes, EvidenceText, Statement, Suggestion


@dataclass(frozen=True)
class Case:
    """A text, the statements it is compared with, and the codes that are known to be right.

    Args:
        duties: those of the standard with their KSBs; never the one that is asked about.
    """

    standard: str
    text: EvidenceText
    ksbs: Sequence[Statement]
    right: frozenset[str]
    duties: Sequence[DutyWithCodes] = ()


@dataclass(frozen=True)
class Measures:
    """What came of one text, or the mean over several."""

    recall_at_3: float
    recall_at_5: float
    recall_at_10: float
    precision_at_3: float
    reciprocal_rank: float
    average_precision: float


#: How each measure is headed in a table.
HEADINGS = {
    "recall_at_3": "R@3",
    "recall_at_5": "R@5",
    "recall_at_10": "R@10",
    "precision_at_3": "P@3",
    "reciprocal_rank": "MRR",
    "average_precision": "MAP",
}

Suggester = Callable[[EvidenceText, Sequence[Statement], Sequence[DutyWithCodes]], list[Suggestion]]


def measured(ranked: Sequence[str], right: frozenset[str]) -> Measures:
    """How well the codes in this order meet those that are right, of which there is at least one."""
    hits = [code in right for code in ranked]
    found, precisions, first = 0, 0.0, 0.0
    for place, is_right in enumerate(hits, start=1):
        if is_right:
            found += 1
            precisions += found / place
            first = first or 1 / place
    return Measures(
        recall_at_3=sum(hits[:3]) / len(right),
        recall_at_5=sum(hits[:5]) / len(right),
        recall_at_10=sum(hits[:10]) / len(right),
        precision_at_3=sum(hits[:3]) / 3,
        reciprocal_rank=first,
        average_precision=precisions / len(right),
    )


def results(cases: Iterable[Case], suggester: Suggester) -> dict[str, list[Measures]]:
    """What comes of each case, by standard."""
    by_standard: dict[str, list[Measures]] = defaultdict(list)
    for case in cases:
        ranked = [one.ksb.code for one in suggester(case.text, case.ksbs, case.duties)]
        by_standard[case.standard].append(measured(ranked, case.right))
    return dict(by_standard)


@dataclass(frozen=True)
class Promise:
    """Suggestions whose scores lie in the same tenth: how many, their mean score, and how many are right."""

    from_score: float
    count: int
    mean_score: float
    right_count: int

    @property
    def right_share(self) -> float:
        return self.right_count / self.count


def scored(cases: Iterable[Case], suggester: Suggester) -> Iterator[tuple[float, bool]]:
    """The score of every suggestion, and whether it is right."""
    for case in cases:
        for one in suggester(case.text, case.ksbs, case.duties):
            yield one.score, one.ksb.code in case.right


def promises(scores: Iterable[tuple[float, bool]]) -> list[Promise]:
    """Whether scores keep what they promise, by tenths; a tenth that no score lies in is left out."""
    tenths: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, is_right in scores:
        tenths[min(int(score * 10), 9)].append((score, is_right))
    return [
        Promise(tenth / 10, len(of_one), fmean(score for score, _ in of_one), sum(is_right for _, is_right in of_one))
        for tenth, of_one in sorted(tenths.items())
    ]


def mean(found: Sequence[Measures]) -> Measures:
    """The mean over some texts, each counted once."""
    return Measures(*(fmean(getattr(one, field.name) for one in found) for field in fields(Measures)))
