"""Which KSBs of a standard a text most likely shows, and which of its words speak for each.

All of it happens in this process, with numbers that ship with the project (`docs/suggestions.md`). Nothing is stored
and nothing is claimed here: a suggestion is shown, and a person takes it or leaves it.
"""

from occupations.suggesting.ranking import suggest
from occupations.suggesting.texts import DutyWithCodes, EvidenceText, Statement, Suggestion, Sureness, worth_showing

__all__ = ["DutyWithCodes", "EvidenceText", "Statement", "Suggestion", "Sureness", "suggest", "worth_showing"]
