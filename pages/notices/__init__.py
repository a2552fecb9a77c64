"""What people are told, and how they want it mailed."""
