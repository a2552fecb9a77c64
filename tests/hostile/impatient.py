"""The server's settings with limits that a test can wait for."""

from dataclasses import replace

from config.server import limits

# Before anything that uses them is loaded.
limits.LIMITS = replace(
    limits.LIMITS,
    header_seconds=1,
    silence_seconds=10,
    body_seconds=2,
    body_bytes_per_second=10,
    incomplete_per_address=20,
)

from config.gunicorn import *  # noqa: E402, F403

keepalive = 600
