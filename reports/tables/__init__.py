"""Tables that leave the provider: safe text, spreadsheets, and groups that are too small to show."""
