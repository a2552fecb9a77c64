"""What was recorded at another provider: bringing it in and taking it out again."""
