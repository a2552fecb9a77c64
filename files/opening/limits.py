"""How much a child process that opens a file may take, set by the child itself before it looks at the file."""

import ctypes
import os
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
#: Flags of Linux's unshare(2): a network of its own with nothing in it, for which root or a user of its own is needed.
_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000
_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1


@dataclass(frozen=True)
class Limits:
    """What one opening of a file may take."""

    wall_seconds: int
    cpu_seconds: int
    memory_bytes: int = 1024 * MEGABYTE
    #: The largest file that may be written.
    output_bytes: int = 64 * MEGABYTE


#: Making a cleaned copy reads once through the file and decodes nothing; the copy is as long as the file.
CLEANING = Limits(wall_seconds=300, cpu_seconds=120)
#: A photo, a few pages, a text.
LOOKING = Limits(wall_seconds=90, cpu_seconds=60)
#: The same for films: reading their index and decoding up to one picture.
MEDIA = Limits(wall_seconds=120, cpu_seconds=60)


def apply(limits: Limits, *, gives_way: bool = True) -> None:
    """Hold this process to `limits`, and cut it off from the network where the system lets it.

    Args:
        gives_way: whether it takes only the processor time that nobody else wants.
    """
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    if gives_way:
        give_way()
    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None, use_errno=True)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if system.unshare(_NEW_NETWORK) != 0:
            system.unshare(_NEW_USER | _NEW_NETWORK)
        # Nobody would end it in time, or look at what it made, if the worker that started it were killed. Last, because
        # a new user takes it back.
        system.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def give_way(process: int = 0) -> None:
    """Have a process, this one if none is named, take only the processor time that nobody else wants.

    People wait for pages, and nobody watches a preview grow.
    """
    os.setpriority(os.PRIO_PROCESS, process, 19)
    # Linux may share out the processor by session, and would then look at nothing else. A session that others began,
    # such as that of a terminal, keeps its share.
    with suppress(OSError):
        if os.getsid(process) == (process or os.getpid()):
            Path(f"/proc/{process or 'self'}/autogroup").write_text("19")
