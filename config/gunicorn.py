"""The server's settings: a process per core, four threads each, renewed now and then."""

import gc
import multiprocessing
import os
import signal

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

# Requests are read whole before a thread has them, so threads wait for the database and for nobody else.
worker_class = "config.server.worker.BufferingWorker"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(multiprocessing.cpu_count(), 4))
threads = 4
#: Open connections of a process, most of them idle. Beyond it the longest idle one is closed.
worker_connections = 2_000
timeout = 60
graceful_timeout = 20
keepalive = 30
# Loaded and checked once, before the processes fork. Each for itself, one renewed while the database is away for a
# moment would be refused its start, and that ends the server.
preload_app = True
max_requests = 5_000
max_requests_jitter = 500
# Heartbeats in memory: on a disk they can block.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def when_ready(server: Arbiter) -> None:
    """Leave what is loaded out of every later search for garbage, before the processes fork.

    It is hundreds of thousands of objects that stay. To look through them all takes a process tens of milliseconds, in
    which none of its threads answers.
    """
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Leave Ctrl-C to the main process, which then tells each worker to stop.

    A terminal sends it to the workers too. Told twice at once, gunicorn's handler waits for a lock that it holds
    itself, and the worker stays until it is killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
