"""The jobs of this part, where the queue looks for them."""

from programme.learner_file.jobs import prepare_document, sweep_documents

__all__ = ["prepare_document", "sweep_documents"]
