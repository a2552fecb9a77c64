"""The server's settings, with a queue as long as the file `crowd` in the site's folder says, in seconds."""

import os
from pathlib import Path

from config.gunicorn import *  # noqa: F403
from config.server.crowd import Queue

CROWD = Path(os.environ["VAR_DIR"]) / "crowd"
Queue.wait_seconds = property(lambda queue: float(CROWD.read_text() or 0))
