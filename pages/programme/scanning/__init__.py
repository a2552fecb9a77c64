"""The pages of skills scans: rating KSBs, what was rated, and prior learning."""
