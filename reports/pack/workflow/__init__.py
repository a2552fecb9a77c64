"""Choosing pieces for the assessment organisation, and setting what its plan asks."""

from reports.pack.workflow.choosing import choose_pieces
from reports.pack.workflow.rules import set_rules

__all__ = ["choose_pieces", "set_rules"]
