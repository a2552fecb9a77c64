"""Judging: the queue, reviews, KSBs and sign-offs, moves to another version."""
