"""Lists of internal quality assurance as plain values: each row is worked out here, and templates only print."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Appeal, Finding, FindingNote, PoolDecision, Sample
from core import clock, moments
from pages.addresses import addresses_of
from pages.templatetags.pace import rag
from pages.templatetags.states import drawn_outcome
from pages.templatetags.when import when

SAMPLES = ("decision__claim__ksb", "decision__by", "apprenticeship__apprentice", "plan")


def sample_rows(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """A row for each sample, read with `SAMPLES`."""
    address = addresses_of("sample")
    return [
        {
            "address": address(one.pk),
            "code": one.decision.claim.ksb.code,
            "apprentice": one.apprenticeship.apprentice.name,
            "assessor": one.decision.by.name,
            "outcome": drawn_outcome(one.decision.outcome),
            "decided": when(one.decision.at),
        }
        for one in samples
    ]


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """A row for each finding, read with its sample and `with_action_state`."""
    address = addresses_of("sample")
    return [
        {
            "address": address(one.sample_id),
            "code": one.sample.decision.claim.ksb.code,
            "apprentice": one.sample.apprenticeship.apprentice.name,
            "assessor": one.sample.decision.by.name,
            "words": one.action or one.feedback,
            "owner": one.owner.name if one.owner else "",
            "state": finding_state(one),
            "due": moments.short_day(one.due_on) if one.due_on else "",
        }
        for one in findings
    ]


APPEALS = ("apprenticeship__apprentice", "assessor", "decision__claim__ksb", "withdrawal__sign_off__ksb")


def appeal_rows(appeals: Iterable[Appeal]) -> list[dict[str, Any]]:
    """A row for each open appeal, read with `APPEALS`."""
    address = addresses_of("appeal")
    rows = []
    for one in appeals:
        about = one.decision.claim if one.decision else one.withdrawal.sign_off if one.withdrawal else None
        late = _days_late(one.answer_by)
        rows.append(
            {
                "address": address(one.pk),
                "code": about.ksb.code if about else "",
                "apprentice": one.apprenticeship.apprentice.name,
                "assessor": one.assessor.name,
                "made": when(one.at),
                "due": moments.short_day(one.answer_by),
                "state": rag("red", _("Late")) if late > 0 else "",
            }
        )
    return rows


def finding_state(finding: Finding) -> SafeString:
    """Agreed, or how its action stands. The finding was read `with_action_state`."""
    if finding.result == Finding.Result.AGREED:
        return rag("green", _("Agreed"))
    if vars(finding)["last_note"] == FindingNote.Kind.CLOSED:
        return rag("green", _("Action closed"))
    late = _days_late(finding.due_on)
    if late > 0:
        return rag("red", ngettext("%(n)d day overdue", "%(n)d days overdue", late) % {"n": late})
    return rag("amber", _("Action open"))


def _days_late(due_on: date | None) -> int:
    return (clock.today() - due_on).days if due_on else 0


POOL = ("decision__claim__ksb", "decision__claim__apprenticeship__apprentice", "line__assessor", "line__standard")


def pool_rows(pool: Iterable[PoolDecision], addresses: dict[Any, str], plan_address: str) -> list[dict[str, Any]]:
    """A row for each decision of a plan's pool, read with `POOL`.

    Args:
        addresses: of the samples, by the decision that each is of.
    """
    return [
        {
            "address": addresses.get(one.decision_id, ""),
            "add_address": "" if one.decision_id in addresses else f"{plan_address}add/{one.decision_id}/",
            "code": one.decision.claim.ksb.code,
            "apprentice": one.decision.claim.apprenticeship.apprentice.name,
            "assessor": one.line.assessor.name,
            "outcome": drawn_outcome(one.decision.outcome),
            "why": one.get_why_display(),
            "percent": one.line.percent,
        }
        for one in pool
    ]
