"""The evidence that apprentices gather, its files, and what a provider sets for it."""

from portfolios.models.captures import Capture
from portfolios.models.evidence import Claim, Evidence, EvidenceKind, EvidenceVersion, SuggestionAnswer
from portfolios.models.files import (
    EvidenceFile,
    FileText,
    Marker,
    Rendition,
    Upload,
    Withheld,
    cleaned_name,
    may_be_named,
    rendition_name,
    stored_name,
)
from portfolios.models.policy import PortfolioPolicy, PromptSet, policy_of
from portfolios.models.quarantine import Quarantine

__all__ = [
    "Capture",
    "Claim",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceVersion",
    "FileText",
    "Marker",
    "PortfolioPolicy",
    "PromptSet",
    "Quarantine",
    "Rendition",
    "SuggestionAnswer",
    "Upload",
    "Withheld",
    "cleaned_name",
    "may_be_named",
    "policy_of",
    "rendition_name",
    "stored_name",
]
