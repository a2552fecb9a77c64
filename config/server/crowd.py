"""Who waits for a thread, and who is asked to come back: nobody is kept waiting for what cannot be served in time."""

import math
import random
import time

from waitress.task import ThreadedTaskDispatcher

from config.server.limits import LIMITS


class Queue(ThreadedTaskDispatcher):
    """The requests that wait for the threads of pages. It knows how long that takes just now."""

    #: How much the newest request says about the next ones.
    NEWEST_COUNTS = 0.05
    LONGEST_COUNTED_SECONDS = 2.0

    def __init__(self, thread_count: int) -> None:
        super().__init__()
        self.thread_count = thread_count
        self.mean_seconds = 0.05
        self.set_thread_count(thread_count)

    @property
    def wait_seconds(self) -> float:
        """How long somebody who comes now will wait for a thread."""
        return len(self.queue) * self.mean_seconds / self.thread_count

    def note(self, seconds: float) -> None:
        """A request took so long."""
        counted = min(seconds, self.LONGEST_COUNTED_SECONDS)
        self.mean_seconds += self.NEWEST_COUNTS * (counted - self.mean_seconds)


def retry_after_seconds(wait_seconds: float) -> int:
    """When somebody who is sent away should come again: not all at the same moment."""
    return max(2, math.ceil(wait_seconds)) + random.randrange(4)  # noqa: S311  (no secret)


def is_late(queued_at: float) -> bool:
    """Whether somebody has waited so long that they are told, and not served."""
    return time.monotonic() - queued_at > LIMITS.wait_seconds
