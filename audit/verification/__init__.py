"""Checking the record against itself, and the rows it refers to against the record."""

from audit.verification.chains import heads, verify
from audit.verification.faults import Anchor, Fault

__all__ = ["Anchor", "Fault", "heads", "verify"]
