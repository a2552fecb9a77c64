"""Pictures of figures, drawn as SVG on the server, with their numbers as a table and as a file."""
