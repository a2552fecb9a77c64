"""Results of the outcomes of reformed plans, which a provider marks for the assessment organisation."""
