"""Internal quality assurance: what is to be checked, sampling plans, findings and what comes of them."""
