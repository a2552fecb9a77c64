"""What the programme asks besides evidence: a module for each thing that an apprentice does or is asked."""

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

__all__ = [
    "Party",
    "ProgressReview",
    "ReviewNotes",
    "ReviewRhythm",
    "ReviewSignature",
    "ReviewState",
    "ReviewTemplate",
    "ReviewVersion",
]
