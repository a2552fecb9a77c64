"""One module a format that standards are published in; each reads a stream into drafts."""
