"""What is kept of packs for assessment organisations; everything else in this part only reads."""

from reports.pack.models import ChosenPiece, Pack, PlanRules

__all__ = ["ChosenPiece", "Pack", "PlanRules"]
