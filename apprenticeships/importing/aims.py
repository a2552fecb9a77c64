"""What the aims of one learner in an ILR come to: one row for each apprenticeship, with what happened to it.

A programme aim is an apprenticeship; its component aims, such as English and maths, belong to it. A learner who came
back from a break has a new programme aim (RES) that says when they first started: one apprenticeship with a break.
Rules: ILR specification and validation rules 2025-26; specification 2026-27 of 30 January 2026.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.importing import cells
from apprenticeships.importing.reading import Row, Step
from apprenticeships.models import ChangeKind

_PROGRAMME = "ZPROG001"
#: FundModel: apprenticeships from May 2017; and in old data, other and standards of the trial.
_FUNDED_AS_APPRENTICESHIP = ("36", "99", "81")
_APPRENTICESHIP, _UNIT = "25", "34"
_UNIT_FUNDING = "39"
#: What other programmes are called.
_OTHERS = {
    "24": gettext_lazy("a traineeship"),
    "30": gettext_lazy("a T Level foundation year"),
    "31": gettext_lazy("a T Level"),
    "32": gettext_lazy("a Skills Bootcamp"),
}
_PLANNED, _ACTUAL, _PRIOR = "1", "3", "4"


@dataclass
class Aim:
    """One learning delivery as the file has it."""

    facts: dict[str, str] = field(default_factory=dict)
    #: Type and code of each funding and monitoring record.
    fams: list[tuple[str, str]] = field(default_factory=list)
    #: Code and amount of each record of hours (2026-27).
    hours: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.facts.get(name, "")

    @property
    def is_programme(self) -> bool:
        return self.get("AimType") == "1" or (not self.get("AimType") and self.get("LearnAimRef") == _PROGRAMME)

    @property
    def is_unit(self) -> bool:
        return self.get("FundModel") == _UNIT_FUNDING or self.get("ProgType") == _UNIT

    @property
    def is_apprenticeship(self) -> bool:
        return (
            self.is_programme
            and self.get("ProgType") == _APPRENTICESHIP
            and self.get("FundModel") in _FUNDED_AS_APPRENTICESHIP
        )

    @property
    def is_return(self) -> bool:
        return ("RES", "1") in self.fams or bool(self.get("OrigLearnStartDate"))

    def of_hours(self, code: str, element: str = "") -> str:
        """Hours of this kind, in either year's form."""
        return next((amount for found, amount in self.hours if found == code), "") or self.get(element)


@dataclass
class LearnerRead:
    """One learner as the file has them, of whom only what an enrolment needs was taken."""

    number: int
    facts: dict[str, str] = field(default_factory=dict)
    aims: list[Aim] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.facts.get(name, "")


def rows_of(learner: LearnerRead, ukprn: str) -> list[Row]:
    """A row for each apprenticeship of a learner, in the order of their starts; and for what else they do, one each."""
    programmes = sorted(
        (aim for aim in learner.aims if aim.is_apprenticeship),
        key=lambda aim: (aim.get("LearnStartDate"), aim.get("AimSeqNumber").zfill(3)),
    )
    rows = [_row(learner, ukprn, chain) for chain in _chains(programmes)]
    for reason in _others(learner, is_apprentice=bool(rows)):
        row = _begun(learner, ukprn)
        row.skipped = reason
        rows.append(row)
    return rows


def _others(learner: LearnerRead, *, is_apprentice: bool) -> list[str]:
    """What else than apprenticeships a learner does, each once, in words."""
    found = []
    for aim in learner.aims:
        if aim.is_unit and aim.is_programme:
            found.append(_("an apprenticeship unit, which is not an apprenticeship"))
        elif aim.is_programme and not aim.is_apprenticeship:
            kind = aim.get("ProgType")
            found.append(str(_OTHERS.get(kind, "")) or _("not funded as an apprenticeship on a standard"))
    if not found and not is_apprentice:
        if any(aim.get("ProgType") == _APPRENTICESHIP for aim in learner.aims):
            found.append(_("parts of an apprenticeship whose programme aim is not in the file"))
        else:
            found.append(_("no apprenticeship among the aims"))
    return list(dict.fromkeys(found))


def _chains(programmes: list[Aim]) -> list[list[Aim]]:
    """The aims of each apprenticeship: the first one, and those with which the learner came back to it."""
    chains: list[list[Aim]] = []
    for aim in programmes:
        chain = _returned_to(aim, chains) if aim.is_return else None
        if chain is None:
            chains.append([aim])
        else:
            chain.append(aim)
    return chains


def _returned_to(aim: Aim, chains: list[list[Aim]]) -> list[Aim] | None:
    alike = [chain for chain in chains if chain[0].get("StdCode") == aim.get("StdCode")]
    first = aim.get("OrigLearnStartDate")
    same = [chain for chain in alike if first and _first_day(chain[0]) == first]
    return next(iter(same or ([] if first else alike[-1:])), None)


def _first_day(aim: Aim) -> str:
    return aim.get("OrigLearnStartDate") or aim.get("LearnStartDate")


def _begun(learner: LearnerRead, ukprn: str) -> Row:
    row = Row(learner.number, is_whole_story=True)
    said = {
        "learner_reference": learner.get("LearnRefNumber"),
        "uln": learner.get("ULN"),
        "first_name": cells.wording(learner.get("GivenNames")),
        "last_name": cells.wording(learner.get("FamilyName")),
        "email": learner.get("Email"),
        "date_of_birth": learner.get("DateOfBirth"),
        "ukprn": ukprn,
    }
    row.values = {name: value for name, value in said.items() if value}
    return row


def _row(learner: LearnerRead, ukprn: str, chain: list[Aim]) -> Row:
    """One apprenticeship, by the rules and with the hours of its first start."""
    row = _begun(learner, ukprn)
    first, last = chain[0], chain[-1]
    said = {
        "lars_code": first.get("StdCode"),
        "start_date": _first_day(first),
        "planned_end_date": first.get("LearnPlanEndDate"),
        "planned_hours": first.of_hours(_PLANNED, "PHours"),
        "prior_learning_hours": next((aim.of_hours(_PRIOR) for aim in reversed(chain) if aim.of_hours(_PRIOR)), ""),
        "actual_hours": last.of_hours(_ACTUAL, "OTJActHours"),
        "is_employer_funded": "1" if any(("ACT", "1") in aim.fams for aim in chain) else "",
    }
    row.values |= {name: value for name, value in said.items() if value}
    for aim in chain:
        codes = [code for code, _amount in aim.hours]
        if len(codes) != len(set(codes)):
            row.refuse("planned_hours", _("The ILR gives hours of one kind twice."))
            break
    if first.get("OrigLearnStartDate") and first.get("OrigLearnStartDate") != first.get("LearnStartDate"):
        row.notes.append(
            _(
                "They came back on %(day)s. The aim before is not in this file, so a break is recorded only if the "
                "learner is here already."
            )
            % {"day": first.get("LearnStartDate")}
        )
        row.steps.append(Step(ChangeKind.BREAK_ENDED, first.get("LearnStartDate"), first.get("LearnPlanEndDate")))
    for aim, following in zip(chain, chain[1:], strict=False):
        _add_break(row, aim, following)
    _add_end(row, last)
    return row


def _add_break(row: Row, aim: Aim, following: Aim) -> None:
    ended, back = aim.get("LearnActEndDate"), following.get("LearnStartDate")
    if not ended:
        row.refuse("", _("The programme aim before the return on %(day)s has no end date.") % {"day": back})
        return
    # ILR dates are ISO, so they compare as text; the first day of the break is the one after the last day of learning.
    row.steps.append(Step(ChangeKind.BREAK_STARTED, min(_day_after(ended), back)))
    row.steps.append(Step(ChangeKind.BREAK_ENDED, back, following.get("LearnPlanEndDate")))


def _add_end(row: Row, aim: Aim) -> None:
    """How it stands with the newest aim (ILR 2025-26, CompStatus and Outcome)."""
    status, outcome, ended = aim.get("CompStatus"), aim.get("Outcome"), aim.get("LearnActEndDate")
    if status == "1" and not ended:
        return
    if not ended:
        row.refuse("", _("The programme aim has completion status %(status)s and no end date.") % {"status": status})
        return
    gateway = Step(ChangeKind.GATEWAY_PASSED, ended)
    grade = aim.get("OutGrade")
    if status in ("1", "2") and outcome == "8":
        row.steps.append(gateway)
    elif status == "2" and outcome == "1":
        row.steps += [gateway, Step(ChangeKind.ACHIEVED, aim.get("AchDate") or ended, detail=grade)]
    elif status == "2" and outcome == "3":
        row.steps += [gateway, Step(ChangeKind.NOT_ACHIEVED, aim.get("AchDate") or ended, detail=grade)]
    elif status == "3":
        row.steps.append(Step(ChangeKind.WITHDRAWN, ended, detail=aim.get("WithdrawReason")))
    elif status == "6":
        row.steps.append(Step(ChangeKind.BREAK_STARTED, _day_after(ended)))
    else:
        row.refuse(
            "",
            _("The aim ended on %(day)s. Completion status %(status)s with outcome %(outcome)s is not possible.")
            % {"day": ended, "status": status or "–", "outcome": outcome or "–"},
        )


def _day_after(text: str) -> str:
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return text
