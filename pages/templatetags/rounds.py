"""A round of a piece of evidence, as it was submitted and judged. A page may show several."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from apprenticeships.models import Outcome
from assessments.rounds import Round, RoundClaim
from pages.addresses import addresses_of
from pages.templatetags.states import drawn_outcome
from pages.templatetags.when import when
from portfolios.coverage import WorkingClaim
from portfolios.markers import places

register = template.Library()


@register.inclusion_tag("judging/_round.html", name="round")
def round_(
    shown: Round, is_own: bool, with_content: bool = True, has_kind: bool = False, can_correct: bool = False
) -> dict[str, Any]:
    """A round with its claims.

    Args:
        is_own: whether the asker is its apprentice.
        with_content: whether to show what was submitted, too.
        has_kind: whether the page says the kind already.
        can_correct: whether the asker may correct what was decided.
    """
    submission, content = shown.submission, shown.content
    context: dict[str, Any] = {
        "by": submission.submitted_by.name,
        "at": when(submission.submitted_at),
        "claims": [_claim(claim, content, shown, can_correct) for claim in shown.claims],
    }
    if with_content:
        context |= {"content": content, "files": shown.files, "is_own": is_own, "has_kind": has_kind}
    return context


def working_claims(claims: Iterable[WorkingClaim], marks: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each claim of a working copy; `marks` are its markers and files."""
    markers, files = marks.get("markers") or (), marks.get("files") or ()
    met = drawn_outcome(Outcome.MET)
    return [
        {
            "code": claim.code,
            "statement": claim.statement,
            "why": claim.justification,
            "state": met if claim.is_met else "",
            "places": places(markers, files, claim.code),
        }
        for claim in claims
    ]


def _claim(claim: RoundClaim, content: dict[str, Any], shown: Round, can_correct: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "code": claim.code,
        "statement": claim.statement,
        "why": claim.why,
        "places": places(content.get("markers") or (), content.get("files") or (), claim.code),
        "state": drawn_outcome(claim.outcome),
        "decided_by": claim.decided_by,
    }
    if not claim.decided_at:
        return row
    row |= {"decided_at": when(claim.decided_at), "feedback": claim.feedback, "correction": None}
    if claim.outcome == Outcome.NOT_JUDGED:
        words = _(
            "The assessor thinks this has nothing to do with %(code)s. Remove %(code)s, or show it and send again."
        )
        row["without_mark"] = words % {"code": claim.code}
    if claim.reason or can_correct:
        row["correction"] = {
            "reason": claim.reason,
            "address": addresses_of("decision-correct")(claim.decision) if can_correct and claim.decision else "",
            "superseded": [
                old._asdict() | {"decided_at": when(old.decided_at), "state": drawn_outcome(old.outcome)}
                for old in shown.superseded.get(claim.pk, [])
            ],
        }
    return row
