"""Results of the outcomes of reformed plans."""
