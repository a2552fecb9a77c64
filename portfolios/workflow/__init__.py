"""Every change to an apprenticeship and its evidence, up to the moment it is submitted.

Each function checks, locks, changes and records in one transaction.
"""

from portfolios.workflow.claims import answer_suggestion, set_claim
from portfolios.workflow.enrolment import assign, enrol
from portfolios.workflow.evidence import (
    Stale,
    create_evidence,
    discard_evidence,
    restore_evidence,
    revise_evidence,
)
from portfolios.workflow.files import add_file, note_opening, remove_file
from portfolios.workflow.locks import locked_apprenticeship, locked_evidence
from portfolios.workflow.policy import reset_prompts, set_policy, set_prompts
from portfolios.workflow.uploads import begin_upload, cancel_upload, finish_upload, note_received

__all__ = [
    "Stale",
    "add_file",
    "answer_suggestion",
    "assign",
    "begin_upload",
    "cancel_upload",
    "create_evidence",
    "discard_evidence",
    "enrol",
    "finish_upload",
    "locked_apprenticeship",
    "locked_evidence",
    "note_opening",
    "note_received",
    "remove_file",
    "reset_prompts",
    "restore_evidence",
    "revise_evidence",
    "set_claim",
    "set_policy",
    "set_prompts",
]
