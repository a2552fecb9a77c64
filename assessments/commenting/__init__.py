"""The comments that assessors write feedback with: each one's own, which fill themselves, and the provider's."""
