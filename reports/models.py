"""What is kept of exports, feeds and packs, and views that were saved; everything else only reads."""

from reports.exports.models import Export
from reports.feeds.models import FeedKey
from reports.pack.models import ChosenPiece, PlanRules
from reports.saving.models import ReportMailing, SavedView

__all__ = ["ChosenPiece", "Export", "FeedKey", "PlanRules", "ReportMailing", "SavedView"]
