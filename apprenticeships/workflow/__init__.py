"""Each change of an apprenticeship is one function here."""

from apprenticeships.workflow.enrolment import (
    accept,
    assign,
    end_cover,
    enrol,
    enrol_and_invite,
    invite_again,
    invite_mentor,
)
from apprenticeships.workflow.locks import locked_apprenticeship

__all__ = [
    "accept",
    "assign",
    "end_cover",
    "enrol",
    "enrol_and_invite",
    "invite_again",
    "invite_mentor",
    "locked_apprenticeship",
]
