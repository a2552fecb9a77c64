"""Evidence that is like another apprentice's: what is compared, flags for the assessor to look at, investigations."""
