"""The pages about the pack for the assessment organisation."""
