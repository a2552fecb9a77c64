"""Enrolling many learners from a file: reading it, checking every row, planning what would change, writing it."""
