"""A round of a piece of evidence, as it was submitted and judged. A page may show several."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apprenticeships.models import Outcome
from assessments.rounds import Round, RoundClaim
from core import clock
from core.readable import readable
from pages.addresses import addresses_of
from pages.templatetags.coverage import beginning
from pages.templatetags.feedback import drawn_feedback
from pages.templatetags.states import drawn_outcome
from pages.templatetags.when import when
from portfolios.coverage import WorkingClaim
from portfolios.markers import places

register = template.Library()


@register.inclusion_tag("judging/_round.html", name="round")
def round_(
    shown: Round,
    is_own: bool,
    with_content: bool = True,
    has_kind: bool = False,
    can_correct: bool = False,
    has_feedback: bool = False,
) -> dict[str, Any]:
    """A round with its claims.

    Args:
        is_own: whether the asker is its apprentice.
        with_content: whether to show what was submitted, too.
        has_kind: whether the page says the kind already.
        can_correct: whether the asker may correct what was decided.
        has_feedback: whether the page has its feedback already.
    """
    submission, content = shown.submission, shown.content
    context: dict[str, Any] = {
        "by": submission.submitted_by.name,
        "at": when(submission.submitted_at),
        "claims": [_claim(claim, content, shown, can_correct, has_feedback) for claim in shown.claims],
    }
    if shown.voice_note and not has_feedback:
        context |= {"voice_note": shown.voice_note, "submission_id": submission.pk}
    if with_content:
        context |= {"content": content, "files": shown.files, "is_own": is_own, "has_kind": has_kind}
    return context


@register.inclusion_tag("judging/_feedback.html")
def feedback(claims: Iterable[RoundClaim], is_own: bool) -> dict[str, Any]:
    """What was said about the claims of a round, first what is not met yet. Something was said about one at least."""
    said = sorted(claims, key=lambda claim: claim.outcome == Outcome.MET)
    newest = max(said, key=lambda claim: claim.decided_at or clock.now())
    return {
        "is_own": is_own,
        "by": newest.decided_by,
        "at": when(newest.decided_at),
        "claims": [
            {
                "head": _head(claim.code, beginning(claim.statement), _drawn(claim), claim.added_by),
                "feedback": said_of(claim),
            }
            for claim in said
        ],
    }


def said_of(claim: RoundClaim) -> SafeString:
    """The feedback on a claim, and for one without a mark what that means."""
    said = drawn_feedback(claim.feedback)
    if claim.outcome != Outcome.NOT_JUDGED:
        return said
    words = _("The assessor thinks this has nothing to do with %(code)s. Remove %(code)s, or show it and send again.")
    return said + format_html("<p>{}</p>", words % {"code": claim.code})


def _drawn(claim: RoundClaim) -> SafeString:
    return drawn_outcome(claim.outcome, is_to_countersign=claim.is_to_countersign)


@lru_cache(maxsize=5_000)
def _head(code: str, statement: str, state: str, added_by: str | None = None) -> SafeString:
    """What a claim is on, and its state as it is drawn: the same for everybody who learns by this text.

    Args:
        added_by: the assessor who added it, where the apprentice missed it.
    """
    words, beside = readable(statement), _("Added by %(name)s") % {"name": added_by} if added_by else ""
    mark = format_html('<span class="muted">{}</span>', beside) if beside else ""
    return format_html('<p class="claim-head"><strong>{}</strong> {} {} {}</p>', code, words, state, mark)


def _said(head: SafeString, why: str) -> SafeString:
    """What is claimed, and why: the beginning of a row."""
    return SafeString(f'{head}<p class="claim-why">{escape(readable(why))}</p>')


def working_claims(
    claims: Iterable[WorkingClaim], marks: dict[str, Any], rounds: Sequence[Round] = ()
) -> list[dict[str, Any]]:
    """A row for each claim of a working copy; `marks` are its markers and files, `rounds` what was judged of it."""
    added = {claim.code: claim.added_by for one in reversed(rounds) for claim in one.claims}
    markers, files = marks.get("markers") or (), marks.get("files") or ()
    met = drawn_outcome(Outcome.MET)
    return [
        {
            "said": _said(
                _head(claim.code, claim.statement, met if claim.is_met else "", added.get(claim.code)),
                claim.justification,
            ),
            "places": places(markers, files, claim.code),
        }
        for claim in claims
    ]


def _claim(
    claim: RoundClaim, content: dict[str, Any], shown: Round, can_correct: bool, has_feedback: bool
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "code": claim.code,
        "said": _said(_head(claim.code, claim.statement, _drawn(claim), claim.added_by), claim.why),
        "places": places(content.get("markers") or (), content.get("files") or (), claim.code),
    }
    if not claim.decided_at:
        return row
    if not has_feedback:
        row["feedback"] = format_html(
            '<div class="feedback"><p class="feedback-meta">{} · {}</p>{}</div>',
            claim.decided_by,
            when(claim.decided_at),
            said_of(claim),
        )
    can_correct = can_correct and not claim.decided_elsewhere
    if claim.reason or can_correct:
        row["correction"] = {
            "reason": claim.reason,
            "address": addresses_of("decision-correct")(claim.decision) if can_correct and claim.decision else "",
            "superseded": [
                {
                    "decided_by": old.decided_by,
                    "decided_at": when(old.decided_at),
                    "state": drawn_outcome(old.outcome),
                    "feedback": drawn_feedback(old.feedback),
                    "reason": old.reason,
                }
                for old in shown.superseded.get(claim.pk, [])
            ],
        }
    return row
