"""Files that take a while to make: asked for, made by a job, kept for some days for whoever asked."""
