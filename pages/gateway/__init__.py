"""Pages of the gateway: what is left before it, declaring, returning and the result."""
