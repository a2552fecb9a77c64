"""Pages set as PDF, in a process of its own."""
