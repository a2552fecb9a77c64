"""A round of a piece of evidence, as it was submitted and judged. A page may show several."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from assessments.models import SubmittedClaim
from assessments.rounds import Round
from pages.templatetags.states import drawn_outcome, drawn_state
from pages.templatetags.when import when
from portfolios.markers import places
from portfolios.models import Claim

register = template.Library()


@register.inclusion_tag("judging/_round.html", name="round")
def round_(shown: Round, is_own: bool, with_content: bool = True, has_kind: bool = False) -> dict[str, Any]:
    """A round with its claims.

    Args:
        is_own: whether the asker is its apprentice.
        with_content: whether to show what was submitted, too.
        has_kind: whether the page says the kind already.
    """
    submission, content = shown.submission, shown.content
    context: dict[str, Any] = {
        "by": submission.submitted_by.name,
        "at": when(submission.submitted_at),
        "claims": [_claim(claim, content) for claim in shown.claims],
    }
    if with_content:
        context |= {"content": content, "files": shown.files, "is_own": is_own, "has_kind": has_kind}
    return context


def working_claims(claims: Iterable[Claim], marks: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each claim of a working copy; `marks` are its markers and files."""
    markers, files = marks.get("markers") or (), marks.get("files") or ()
    met = drawn_state("met", _("Met"))
    return [
        {
            "code": claim.ksb.code,
            "statement": claim.ksb.statement,
            "why": claim.justification,
            "state": met if claim.is_met else "",
            "places": places(markers, files, claim.ksb.code),
        }
        for claim in claims
    ]


def _claim(claim: SubmittedClaim, content: dict[str, Any]) -> dict[str, Any]:
    decision = getattr(claim, "decision", None)
    row = {
        "code": claim.ksb.code,
        "statement": claim.ksb.statement,
        "why": claim.justification,
        "places": places(content.get("markers") or (), content.get("files") or (), claim.ksb.code),
    }
    if decision is None:
        return row | {"state": drawn_outcome(None)}
    return row | {
        "state": drawn_outcome(decision.outcome),
        "decided_by": decision.by.name,
        "decided_at": when(decision.at),
        "feedback": decision.feedback,
    }
