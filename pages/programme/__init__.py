"""Off-the-job hours, progress reviews, the skills scan and gateway."""
