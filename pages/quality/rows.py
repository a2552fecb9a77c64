"""Lists of internal quality assurance as plain values: each row is worked out here, and templates only print."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import Apprenticeship
from assessments.models import Finding, FindingNote, Investigation, PoolDecision, Why
from assessments.results.models import OutcomeResult, ResultGrade
from core import clock, moments
from core.prepared import Row
from core.readable import readable
from pages.addresses import addresses_of
from pages.templatetags.pace import rag
from pages.templatetags.states import drawn_outcome
from pages.templatetags.when import when
from portfolios.models import Quarantine


def drawn_verdict(outcome: str | None, grade: str | None) -> SafeString:
    """The markup of a decision on a KSB, or of the grade of an outcome."""
    return format_html("{}", ResultGrade(grade).label) if grade else drawn_outcome(outcome)


def sample_rows(samples: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each sample of `assessments.sampling.lists`."""
    address = addresses_of("sample")
    return [
        {
            "address": address(sample),
            "code": code,
            "apprentice": apprentice,
            "assessor": assessor,
            "outcome": drawn_verdict(outcome, grade),
            "decided": when(decided_at),
        }
        for sample, code, apprentice, assessor, outcome, grade, decided_at in samples
    ]


def finding_rows(findings: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each finding of `assessments.sampling.lists`."""
    address = addresses_of("sample")
    return [
        {
            "address": address(sample),
            "code": code,
            "apprentice": apprentice,
            "assessor": assessor,
            "words": action or feedback,
            "owner": owner or "",
            "state": finding_state(result, last_note, due_on),
            "due": moments.short_day(due_on) if due_on else "",
        }
        for sample, code, apprentice, assessor, action, feedback, owner, result, last_note, due_on in findings
    ]


HIDDEN = ("file", "evidence__apprenticeship__apprentice", "hidden_by")


def hidden_rows(hidden: Iterable[Quarantine]) -> list[dict[str, Any]]:
    """A row for each hidden file, read with `HIDDEN`."""
    address = addresses_of("hidden-file")
    return [
        {
            "address": address(one.pk),
            "name": one.file.name,
            "apprentice": one.evidence.apprenticeship.apprentice.name,
            "by": one.hidden_by.name,
            "at": when(one.hidden_at),
            "wish": one.get_wish_display(),
        }
        for one in hidden
    ]


INVESTIGATIONS = ("submission__snapshot", "apprenticeship__apprentice", "by")


def investigation_rows(open_ones: Iterable[Investigation]) -> list[dict[str, Any]]:
    """A row for each open investigation, read with `INVESTIGATIONS`."""
    address = addresses_of("investigation")
    return [
        {
            "address": address(one.pk),
            "title": readable(one.submission.snapshot.content["title"]),
            "apprentice": one.apprenticeship.apprentice.name,
            "by": one.by.name,
            "at": when(one.at),
        }
        for one in open_ones
    ]


def appeal_rows(appeals: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each open appeal of `assessments.sampling.lists`."""
    address = addresses_of("appeal")
    return [
        {
            "address": address(appeal),
            "code": code or "",
            "apprentice": apprentice,
            "assessor": assessor,
            "made": when(at),
            "due": moments.short_day(answer_by),
            "state": rag("red", _("Late")) if _days_late(answer_by) > 0 else "",
        }
        for appeal, code, apprentice, assessor, at, answer_by in appeals
    ]


def finding_state(result: str, last_note: str | None, due_on: date | None) -> SafeString:
    """Agreed, or how its action stands.

    Args:
        last_note: the kind of the newest note that closed the action or opened it again.
    """
    if result == Finding.Result.AGREED:
        return rag("green", _("Agreed"))
    if last_note == FindingNote.Kind.CLOSED:
        return rag("green", _("Action closed"))
    late = _days_late(due_on)
    if late > 0:
        return rag("red", ngettext("%(n)d day overdue", "%(n)d days overdue", late) % {"n": late})
    return rag("amber", _("Action open"))


def _days_late(due_on: date | None) -> int:
    return (clock.today() - due_on).days if due_on else 0


def _why(one: PoolDecision) -> str:
    """Why a decision was drawn or not, with the rate of its line where that is the reason."""
    if one.why in (Why.RATE, Why.NOT_DRAWN):
        return f"{one.get_why_display()} ({one.line.percent}%)"
    return one.get_why_display()


POOL = (
    "decision__claim__ksb",
    "decision__claim__apprenticeship__apprentice",
    "result__outcome",
    "result__apprenticeship__apprentice",
    "line__assessor",
    "line__standard",
)


def pool_rows(
    pool: Iterable[PoolDecision], addresses: dict[Any, str], plan_address: str, conflicts: set[UUID]
) -> list[dict[str, Any]]:
    """A row for each decision and result of a plan's pool, read with `POOL`.

    Args:
        addresses: of the samples, by the decision or result that each is of.
        conflicts: the apprenticeships of which whoever looks can add nothing.
    """
    return [
        {
            "address": addresses.get(one.drawn, ""),
            "add_address": "" if one.drawn in addresses or whose.pk in conflicts else f"{plan_address}add/{one.drawn}/",
            "code": code,
            "apprentice": whose.apprentice.name,
            "assessor": one.line.assessor.name,
            "outcome": verdict,
            "why": _why(one),
        }
        for one in pool
        for code, whose, verdict in [_of_pool(one)]
    ]


def _of_pool(one: PoolDecision) -> tuple[str, Apprenticeship, SafeString]:
    """The code of the KSB or outcome that something in a pool is about, whose it is, and the verdict."""
    if one.decision:
        claim = one.decision.claim
        return claim.ksb.code, claim.apprenticeship, drawn_verdict(one.decision.outcome, None)
    result = cast(OutcomeResult, one.result)
    return result.outcome.short, result.apprenticeship, drawn_verdict(None, result.grade)
