"""The words for reading what apprentices collect: a module beside each module of models."""

from portfolios.querysets.captures import CaptureQuerySet
from portfolios.querysets.evidence import (
    ClaimQuerySet,
    EvidenceQuerySet,
    EvidenceVersionQuerySet,
    SuggestionAnswerQuerySet,
)
from portfolios.querysets.files import EvidenceFileQuerySet, MarkerQuerySet, RenditionQuerySet, UploadQuerySet
from portfolios.querysets.quarantine import QuarantineQuerySet

__all__ = [
    "CaptureQuerySet",
    "ClaimQuerySet",
    "EvidenceFileQuerySet",
    "EvidenceQuerySet",
    "EvidenceVersionQuerySet",
    "MarkerQuerySet",
    "QuarantineQuerySet",
    "RenditionQuerySet",
    "SuggestionAnswerQuerySet",
    "UploadQuerySet",
]
