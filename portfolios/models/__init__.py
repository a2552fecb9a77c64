"""Apprenticeships, and the evidence that apprentices gather in them."""

from portfolios.models.apprenticeships import Apprenticeship, Assignment
from portfolios.models.captures import Capture
from portfolios.models.evidence import Claim, Evidence, EvidenceKind, EvidenceVersion, SuggestionAnswer
from portfolios.models.files import (
    EvidenceFile,
    FileText,
    Marker,
    Rendition,
    Upload,
    cleaned_name,
    rendition_name,
    stored_name,
)
from portfolios.models.policy import PortfolioPolicy, PromptSet, policy_of
from portfolios.models.progress import KsbProgress, KsbState, Outcome

__all__ = [
    "Apprenticeship",
    "Assignment",
    "Capture",
    "Claim",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceVersion",
    "FileText",
    "KsbProgress",
    "KsbState",
    "Marker",
    "Outcome",
    "PortfolioPolicy",
    "PromptSet",
    "Rendition",
    "SuggestionAnswer",
    "Upload",
    "cleaned_name",
    "policy_of",
    "rendition_name",
    "stored_name",
]
