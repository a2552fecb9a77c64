"""Which texts are about the same thing: words and their stems, statements of two standards, and where they lead."""
