"""The catalogue of standards: search, versions, progression, imports."""
