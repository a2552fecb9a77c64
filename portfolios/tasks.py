"""The jobs of this app, where the queue looks for those that run by the clock."""

from portfolios.processing.jobs import erase, prepare, prepare_what_waits, scan, sweep_files

__all__ = ["erase", "prepare", "prepare_what_waits", "scan", "sweep_files"]
