"""Every change to a piece of evidence, up to the moment it is submitted.

Each function checks, locks, changes and records in one transaction.
"""

from portfolios.workflow.captures import merge_capture
from portfolios.workflow.claims import ClaimRefused, answer_suggestion, set_claim, set_claims
from portfolios.workflow.evidence import (
    Stale,
    bring_back_version,
    create_evidence,
    discard_evidence,
    restore_evidence,
    revise_evidence,
    set_showcase,
)
from portfolios.workflow.files import add_file, remove_file
from portfolios.workflow.locks import locked_evidence
from portfolios.workflow.markers import add_marker, remove_marker, set_transcript
from portfolios.workflow.observing import (
    comment_on_observation,
    left_behind,
    mark_handed_over,
    start_observation,
    take_over_observation,
    take_up_observation,
)
from portfolios.workflow.opening import NotOpenYet, note_opening, open_file, show_texts
from portfolios.workflow.policy import reset_prompts, set_policy, set_prompts
from portfolios.workflow.preparing import prepare_again
from portfolios.workflow.quarantine import answer_end, ask_for_end, hide_file
from portfolios.workflow.uploads import UploadsOf, begin_upload, cancel_upload, finish_upload, note_received

__all__ = [
    "ClaimRefused",
    "NotOpenYet",
    "comment_on_observation",
    "left_behind",
    "take_over_observation",
    "mark_handed_over",
    "start_observation",
    "take_up_observation",
    "open_file",
    "Stale",
    "UploadsOf",
    "add_file",
    "add_marker",
    "answer_end",
    "answer_suggestion",
    "ask_for_end",
    "begin_upload",
    "bring_back_version",
    "cancel_upload",
    "create_evidence",
    "discard_evidence",
    "finish_upload",
    "hide_file",
    "locked_evidence",
    "merge_capture",
    "note_opening",
    "note_received",
    "prepare_again",
    "remove_file",
    "remove_marker",
    "reset_prompts",
    "restore_evidence",
    "revise_evidence",
    "set_claim",
    "set_claims",
    "set_policy",
    "set_prompts",
    "set_showcase",
    "set_transcript",
    "show_texts",
]
