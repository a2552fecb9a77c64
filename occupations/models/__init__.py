"""The catalogue of occupational standards: what a standard is, its versions, what each says, and where it leads."""

from occupations.models.progression import Favourite, ProgressionLink
from occupations.models.revisions import Revision, StatusChange, WaitingText
from occupations.models.search import SearchEntry
from occupations.models.standards import (
    Assessment,
    Duty,
    Green,
    Ksb,
    KsbType,
    Option,
    Product,
    Standard,
    StandardVersion,
)
from occupations.models.uploads import ImportDraft, ImportDraftFile

__all__ = [
    "Assessment",
    "Duty",
    "Favourite",
    "Green",
    "ImportDraft",
    "ImportDraftFile",
    "Ksb",
    "KsbType",
    "Option",
    "Product",
    "ProgressionLink",
    "Revision",
    "SearchEntry",
    "Standard",
    "StandardVersion",
    "StatusChange",
    "WaitingText",
]
