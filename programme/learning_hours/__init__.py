"""Off-the-job hours: what an entry says and may say, logs in files, and what they come to."""
