"""Asking people with no account to confirm something, and the pages on which they do."""
