"""What happens to a file after it was added, in background jobs: it is cleaned, looked at, and scanned for viruses."""
