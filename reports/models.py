"""What is kept of packs for assessment organisations, and views that were saved; everything else only reads."""

from reports.pack.models import ChosenPiece, Pack, PlanRules
from reports.saving.models import SavedView

__all__ = ["ChosenPiece", "Pack", "PlanRules", "SavedView"]
