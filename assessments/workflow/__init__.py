"""Every change from submission to sign-off. Each function checks, locks, changes and records in one transaction."""

from assessments.workflow.adding import add_claim, drop_claim
from assessments.workflow.appeals import appeal_decision, appeal_withdrawal, decide_appeal, take_back_appeal
from assessments.workflow.behaviours import Said, answer_behaviours
from assessments.workflow.checking import (
    Found,
    check_decision,
    correct_finding,
    note_on_finding,
    sign_off_of,
    undo_reopening,
)
from assessments.workflow.countersigning import countersign
from assessments.workflow.enrolment import correct_enrolment, restore_enrolment, undo_enrolment
from assessments.workflow.external import bring_in_sign_offs, take_out_sign_offs
from assessments.workflow.finishing import (
    discard_review,
    finish_review,
    send_if_due,
    send_review,
    send_reviews,
    undo_finish,
)
from assessments.workflow.leaving import end_role
from assessments.workflow.observing import confirm_observation, hand_over
from assessments.workflow.policy import set_outcome_policy, set_sign_off_policy, undo_sign_off_policy
from assessments.workflow.queueing import finish_and_open_next, open_next, put_off, take_up
from assessments.workflow.review import correct_decision, start_review
from assessments.workflow.sampling import Rates, add_to_sample, plan_sample, withdraw_plan
from assessments.workflow.sign_off import sign_off, sign_off_by_itself, sign_off_several, withdraw_sign_off
from assessments.workflow.standardising import (
    Meeting,
    ToDo,
    correct_standardisation,
    note_on_action,
    record_standardisation,
)
from assessments.workflow.submission import submit, take_back
from assessments.workflow.unfinished import StaleReview, keep_review
from assessments.workflow.verification import ask_employer, ask_testimony, confirm, pass_on

__all__ = [
    "Found",
    "Meeting",
    "ToDo",
    "correct_standardisation",
    "note_on_action",
    "record_standardisation",
    "Rates",
    "Said",
    "answer_behaviours",
    "StaleReview",
    "add_to_sample",
    "appeal_decision",
    "appeal_withdrawal",
    "decide_appeal",
    "take_back_appeal",
    "check_decision",
    "correct_finding",
    "note_on_finding",
    "plan_sample",
    "sign_off_of",
    "undo_reopening",
    "withdraw_plan",
    "add_claim",
    "restore_enrolment",
    "ask_employer",
    "bring_in_sign_offs",
    "take_out_sign_offs",
    "ask_testimony",
    "confirm",
    "confirm_observation",
    "hand_over",
    "correct_decision",
    "countersign",
    "correct_enrolment",
    "discard_review",
    "drop_claim",
    "end_role",
    "finish_and_open_next",
    "finish_review",
    "keep_review",
    "open_next",
    "pass_on",
    "put_off",
    "send_if_due",
    "send_review",
    "send_reviews",
    "set_outcome_policy",
    "set_sign_off_policy",
    "sign_off",
    "sign_off_by_itself",
    "sign_off_several",
    "start_review",
    "submit",
    "take_back",
    "take_up",
    "undo_enrolment",
    "undo_finish",
    "undo_sign_off_policy",
    "withdraw_sign_off",
]
