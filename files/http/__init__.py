"""Files over HTTP: the resumable endpoint, forms that bring files, byte ranges and answers with a file."""
