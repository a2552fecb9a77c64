"""Who is waiting for what, and since when."""
