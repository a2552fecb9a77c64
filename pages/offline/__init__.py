"""The installed app: what works without a network."""
