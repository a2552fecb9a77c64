"""Each change of an apprenticeship is one function here."""

from apprenticeships.workflow.assigning import NOBODY, assign, assign_several, end_cover, hold_members, undo_assignment
from apprenticeships.workflow.auditing import invite_auditor
from apprenticeships.workflow.changes import (
    cancel_plan,
    change_employer,
    change_hours,
    change_planned_end,
    end_break,
    pass_gateway,
    record_result,
    start_break,
    undo_change,
    withdraw,
)
from apprenticeships.workflow.competence import record_competence, undo_competence
from apprenticeships.workflow.conflicts import end_conflict, record_conflict
from apprenticeships.workflow.contacts import add_contact, remove_contact
from apprenticeships.workflow.enrolment import (
    AlreadyEnrolled,
    accept_and_take_up,
    enrol,
    enrol_and_invite,
    invite_again,
    invite_mentor,
    require_known,
)
from apprenticeships.workflow.locks import locked_apprenticeship
from apprenticeships.workflow.making import Hours
from apprenticeships.workflow.pace_rules import set_pace_rule
from apprenticeships.workflow.planning import make_planned

__all__ = [
    "NOBODY",
    "AlreadyEnrolled",
    "Hours",
    "accept_and_take_up",
    "add_contact",
    "assign",
    "assign_several",
    "cancel_plan",
    "change_employer",
    "change_hours",
    "change_planned_end",
    "end_break",
    "end_conflict",
    "end_cover",
    "enrol",
    "enrol_and_invite",
    "hold_members",
    "invite_again",
    "invite_mentor",
    "locked_apprenticeship",
    "make_planned",
    "pass_gateway",
    "record_competence",
    "invite_auditor",
    "record_conflict",
    "record_result",
    "require_known",
    "start_break",
    "remove_contact",
    "set_pace_rule",
    "undo_assignment",
    "undo_change",
    "undo_competence",
    "withdraw",
]
