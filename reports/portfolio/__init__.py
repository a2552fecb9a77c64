"""A learner’s whole portfolio as open data: out of this installation, and into another (docs/portfolio.md)."""
