"""Everything that a provider keeps here as files: for the end of a contract (docs/exports.md)."""
