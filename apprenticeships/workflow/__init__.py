"""Each change of an apprenticeship is one function here."""

from apprenticeships.workflow.assigning import NOBODY, assign, end_cover, undo_assignment
from apprenticeships.workflow.enrolment import (
    accept,
    enrol,
    enrol_and_invite,
    invite_again,
    invite_mentor,
)
from apprenticeships.workflow.locks import locked_apprenticeship

__all__ = [
    "NOBODY",
    "accept",
    "assign",
    "end_cover",
    "enrol",
    "enrol_and_invite",
    "invite_again",
    "invite_mentor",
    "locked_apprenticeship",
    "undo_assignment",
]
