"""Training plans: what is in one, what follows from it, and what is signed."""
