"""One learner: the figures of their progress, and when they may finish."""
