"""Internal quality assurance: which decisions are sampled, what is found about them, and what comes of it."""
