"""Skills scans: how somebody rates each KSB, how far that has come, and what was known at the start."""
