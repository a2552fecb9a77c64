"""The jobs of this app, where the queue looks for those that run by the clock."""

from portfolios.processing.jobs import prepare, scan, sweep_leftovers, sweep_uploads

__all__ = ["prepare", "scan", "sweep_leftovers", "sweep_uploads"]
