"""The home page, the cohort report and the record."""
