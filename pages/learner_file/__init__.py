"""A learner's file: its documents, learning support, and what an audit would ask for."""
