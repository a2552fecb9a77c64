"""Spoken feedback: recorded with a review, kept with it until it is sent, and played beside what is written."""
