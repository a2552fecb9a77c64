"""The pages of training plans."""
