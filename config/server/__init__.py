"""The web server: gunicorn's processes, in each of which waitress reads whole requests before a thread sees them.

docs/decisions/011-server.md says why. Nothing here knows what the site is about.
"""
