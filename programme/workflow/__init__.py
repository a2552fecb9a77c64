"""Every change of the programme: one function each, in one transaction."""

from programme.workflow.attainments import record_attainment, undo_attainment
from programme.workflow.fewer_hours import state_fewer_hours
from programme.workflow.hours import (
    confirm_hours,
    correct_hours,
    import_hours,
    log_hours,
    note_hours_export,
    remove_hours,
)
from programme.workflow.plans import drop_plan_item, keep_plan_item, offer_plan
from programme.workflow.recognising import propose_prior_learning
from programme.workflow.review_issuing import issue_review
from programme.workflow.review_rules import set_review_rhythm, set_template
from programme.workflow.reviews import (
    StaleNotes,
    cancel_review,
    hold_review,
    keep_notes,
    move_review,
    plan_review,
)
from programme.workflow.scans import StaleScan, ask_employer_to_rate, hand_in_scan, keep_scan, rate_by_link
from programme.workflow.sessions import LearnersRefused, SessionWords, correct_attendance, register_session
from programme.workflow.signatures import (
    ask_employer_to_sign,
    decline_version,
    pass_on_version,
    sign_version,
    sign_version_by_link,
)

__all__ = [
    "record_attainment",
    "undo_attainment",
    "StaleNotes",
    "StaleScan",
    "ask_employer_to_rate",
    "hand_in_scan",
    "keep_scan",
    "rate_by_link",
    "ask_employer_to_sign",
    "cancel_review",
    "decline_version",
    "pass_on_version",
    "drop_plan_item",
    "keep_plan_item",
    "offer_plan",
    "propose_prior_learning",
    "hold_review",
    "issue_review",
    "keep_notes",
    "move_review",
    "plan_review",
    "set_review_rhythm",
    "set_template",
    "state_fewer_hours",
    "sign_version",
    "sign_version_by_link",
    "LearnersRefused",
    "SessionWords",
    "confirm_hours",
    "correct_attendance",
    "correct_hours",
    "import_hours",
    "log_hours",
    "note_hours_export",
    "register_session",
    "remove_hours",
]
