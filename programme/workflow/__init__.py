"""Every change of the programme: one function each, in one transaction."""

from programme.workflow.review_rules import set_review_rhythm, set_template
from programme.workflow.review_signatures import (
    ask_employer_to_sign,
    issue_review,
    sign_review,
    sign_review_by_link,
)
from programme.workflow.reviews import (
    StaleNotes,
    cancel_review,
    hold_review,
    keep_notes,
    move_review,
    plan_review,
)

__all__ = [
    "StaleNotes",
    "ask_employer_to_sign",
    "cancel_review",
    "hold_review",
    "issue_review",
    "keep_notes",
    "move_review",
    "plan_review",
    "set_review_rhythm",
    "set_template",
    "sign_review",
    "sign_review_by_link",
]
