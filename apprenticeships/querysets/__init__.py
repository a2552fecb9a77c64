"""The words for reading apprenticeships and what belongs to them: a module beside each module of models."""

from apprenticeships.querysets.apprenticeships import (
    SIGHT,
    ApprenticeshipQuerySet,
    AssignmentQuerySet,
    OfApprenticeshipQuerySet,
    OfChangesQuerySet,
    OfProviderQuerySet,
    reach_of,
    standards_learned,
)
from apprenticeships.querysets.assigning import AssignmentChangeQuerySet
from apprenticeships.querysets.auditing import WATCHING_ROLES, auditors_at
from apprenticeships.querysets.changes import ChangeQuerySet
from apprenticeships.querysets.planning import PlanEndingQuerySet, PlannedChangeQuerySet
from apprenticeships.querysets.progress import KsbProgressQuerySet

__all__ = [
    "SIGHT",
    "WATCHING_ROLES",
    "ApprenticeshipQuerySet",
    "AssignmentChangeQuerySet",
    "AssignmentQuerySet",
    "ChangeQuerySet",
    "KsbProgressQuerySet",
    "OfApprenticeshipQuerySet",
    "OfChangesQuerySet",
    "OfProviderQuerySet",
    "PlanEndingQuerySet",
    "PlannedChangeQuerySet",
    "auditors_at",
    "reach_of",
    "standards_learned",
]
