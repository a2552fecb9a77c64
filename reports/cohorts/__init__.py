"""Every learner of a provider: rows, files, the overview, the heat map, and what a provider looks out for."""
