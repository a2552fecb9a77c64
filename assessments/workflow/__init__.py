"""Every change from submission to sign-off. Each function checks, locks, changes and records in one transaction."""

from assessments.workflow.review import decide, finish_review, start_review
from assessments.workflow.sign_off import sign_off, withdraw_sign_off
from assessments.workflow.submission import submit, take_back
from assessments.workflow.transition import choose_option, confirm_wording, move, undo_move

__all__ = [
    "choose_option",
    "confirm_wording",
    "decide",
    "finish_review",
    "move",
    "sign_off",
    "start_review",
    "submit",
    "take_back",
    "undo_move",
    "withdraw_sign_off",
]
