"""What the programme asks besides evidence: a module for each thing that an apprentice does or is asked."""

from programme.models.attainments import Attainment
from programme.models.hours import NOT_COUNTED, TAUGHT, HoursConfirmation, Kind, OffTheJobEntry
from programme.models.reviews import (
    Party,
    ProgressReview,
    ReviewNotes,
    ReviewRhythm,
    ReviewSignature,
    ReviewState,
    ReviewTemplate,
    ReviewVersion,
)
from programme.models.sessions import Attendance, SessionKind, TrainingSession

__all__ = [
    "Attainment",
    "Party",
    "ProgressReview",
    "ReviewNotes",
    "ReviewRhythm",
    "ReviewSignature",
    "ReviewState",
    "ReviewTemplate",
    "ReviewVersion",
    "NOT_COUNTED",
    "TAUGHT",
    "Attendance",
    "HoursConfirmation",
    "Kind",
    "OffTheJobEntry",
    "SessionKind",
    "TrainingSession",
]
