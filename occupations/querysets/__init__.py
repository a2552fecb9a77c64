"""The words for reading standards and what is imported of them: a module beside each module of models."""

from occupations.querysets.revisions import OfVersionQuerySet, RevisionQuerySet
from occupations.querysets.search import SearchEntryQuerySet
from occupations.querysets.standards import (
    REASONS,
    SIGHT,
    KsbQuerySet,
    OfStandardQuerySet,
    StandardQuerySet,
    StandardVersionQuerySet,
    private_standards_of,
)
from occupations.querysets.uploads import ImportDraftQuerySet

__all__ = [
    "OfVersionQuerySet",
    "RevisionQuerySet",
    "SearchEntryQuerySet",
    "REASONS",
    "SIGHT",
    "KsbQuerySet",
    "OfStandardQuerySet",
    "StandardQuerySet",
    "StandardVersionQuerySet",
    "private_standards_of",
    "ImportDraftQuerySet",
]
