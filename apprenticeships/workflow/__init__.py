"""Each change of an apprenticeship is one function here."""

from apprenticeships.workflow.enrolment import assign, enrol, invite_mentor
from apprenticeships.workflow.locks import locked_apprenticeship

__all__ = ["assign", "enrol", "invite_mentor", "locked_apprenticeship"]
