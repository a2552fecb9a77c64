"""Every change to an apprenticeship and its evidence, up to the moment it is submitted.

Each function checks, locks, changes and records in one transaction.
"""

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
from portfolios.workflow.preparing import finish_preparation, note_scan, prepare_again

__all__ = [
    "Stale",
    "add_file",
    "assign",
    "create_evidence",
    "discard_evidence",
    "enrol",
    "finish_preparation",
    "locked_apprenticeship",
    "locked_evidence",
    "note_opening",
    "note_scan",
    "prepare_again",
    "remove_file",
    "restore_evidence",
    "revise_evidence",
]
