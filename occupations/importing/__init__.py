"""Outside standards: a reader per format makes a `StandardDraft`, and `writing.write` puts it into the catalogue."""
