"""What the programme asks besides evidence: a module for each thing that an apprentice does or is asked."""

from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan, SupportReader
from programme.models.attainments import Attainment
from programme.models.gateway import AssessmentResult, GatewayEnd, GatewayLock, Grade
from programme.models.hours import NOT_COUNTED, TAUGHT, HoursConfirmation, Kind, OffTheJobEntry
from programme.models.plans import PlanDraft
from programme.models.reviews import (
    ProgressReview,
    ReviewNotes,
    ReviewRhythm,
    ReviewState,
    ReviewTemplate,
)
from programme.models.scans import Rating, ScanDraft, SkillsScan
from programme.models.sessions import Attendance, SessionKind, TrainingSession
from programme.models.signatures import PARTIES, Party, PartyRefusal, PartySignature, SignedKind, SignedVersion

__all__ = [
    "AssessmentResult",
    "GatewayEnd",
    "GatewayLock",
    "Grade",
    "LearnerDocument",
    "SupportNote",
    "SupportPlan",
    "SupportReader",
    "Attainment",
    "PARTIES",
    "Party",
    "PartyRefusal",
    "PartySignature",
    "PlanDraft",
    "Rating",
    "ScanDraft",
    "SkillsScan",
    "ProgressReview",
    "ReviewNotes",
    "ReviewRhythm",
    "ReviewState",
    "ReviewTemplate",
    "SignedKind",
    "SignedVersion",
    "NOT_COUNTED",
    "TAUGHT",
    "Attendance",
    "HoursConfirmation",
    "Kind",
    "OffTheJobEntry",
    "SessionKind",
    "TrainingSession",
]
