"""Apprenticeships, who looks after them, and how far each of their KSBs has come."""

from apprenticeships.models.apprenticeships import Apprenticeship, Assignment
from apprenticeships.models.assigning import AssignmentChange
from apprenticeships.models.auditing import AuditScope
from apprenticeships.models.changes import Change, ChangeKind, possible_in
from apprenticeships.models.competence import Competence, Level
from apprenticeships.models.conflicts import ConflictEnding, ConflictOfInterest
from apprenticeships.models.contacts import EmployerContact
from apprenticeships.models.corrections import EnrolmentCorrection
from apprenticeships.models.importing import LearnerImport
from apprenticeships.models.pace_rules import PaceRule
from apprenticeships.models.planning import PLANNABLE, PlanEnding, PlannedChange
from apprenticeships.models.progress import KsbProgress, Outcome
from apprenticeships.models.rules import ActiveLearning, EnglishAndMaths, Programme, ProgrammeRules, PublishedHours
from apprenticeships.states import KsbState

__all__ = [
    "PLANNABLE",
    "ActiveLearning",
    "Apprenticeship",
    "Assignment",
    "AssignmentChange",
    "Change",
    "ChangeKind",
    "Competence",
    "AuditScope",
    "ConflictEnding",
    "ConflictOfInterest",
    "EmployerContact",
    "EnglishAndMaths",
    "EnrolmentCorrection",
    "KsbProgress",
    "KsbState",
    "LearnerImport",
    "Level",
    "Outcome",
    "PaceRule",
    "PlanEnding",
    "PlannedChange",
    "Programme",
    "ProgrammeRules",
    "PublishedHours",
    "possible_in",
]
