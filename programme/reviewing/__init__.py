"""Progress reviews: what their form asks, what is signed, and when the next one is due."""
