"""A learner's file: the documents of an apprenticeship that are not evidence, and learning support."""
