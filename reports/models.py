"""What is kept of exports, feeds, packs, retention and views that were saved; everything else only reads."""

from reports.exports.models import Export
from reports.feeds.models import FeedKey
from reports.gateway.models import GatewayReadiness
from reports.pack.models import ChosenPiece, PlanRules
from reports.portfolio.models import PortfolioArrival
from reports.retention.models import Erasure, LegalHold, RetentionReminder, RetentionRule
from reports.saving.models import ReportMailing, SavedView

__all__ = [
    "ChosenPiece",
    "Erasure",
    "Export",
    "FeedKey",
    "GatewayReadiness",
    "LegalHold",
    "PlanRules",
    "PortfolioArrival",
    "ReportMailing",
    "RetentionReminder",
    "RetentionRule",
    "SavedView",
]
