"""What a programme asks besides evidence: hours, progress reviews, the skills scan, gateway. A module for each."""
