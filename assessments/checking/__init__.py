"""The rules of evidence (valid, authentic, current, sufficient, reliable) as a checklist that a provider sets."""
