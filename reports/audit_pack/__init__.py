"""What an audit asks of one learner: what is there, what is missing, and all of it in one file."""
