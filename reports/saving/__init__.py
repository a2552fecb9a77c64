"""Ways to look at the cohort that somebody saved, for everybody of their organisation."""
