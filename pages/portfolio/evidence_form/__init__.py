"""The form of a piece of evidence: its fields and rows, saving, what it does by itself, and its links to KSBs."""
