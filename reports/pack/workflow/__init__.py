"""Choosing pieces for the assessment organisation, setting what its plan asks, and having the pack made."""

from reports.pack.workflow.asking import ask_for_pack, ask_for_portfolio
from reports.pack.workflow.choosing import choose_pieces
from reports.pack.workflow.rules import set_rules

__all__ = [
    "ask_for_pack",
    "ask_for_portfolio",
    "choose_pieces",
    "set_rules",
]
