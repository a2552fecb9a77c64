"""Files that somebody asked for: how far each has come, downloading and deleting them."""
