"""The data feed: its tables for programs, and the page on which admins make keys for it."""
