"""An apprentice's portfolio: coverage, evidence, files, versions."""
