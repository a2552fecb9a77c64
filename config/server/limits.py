"""How long a request may take to arrive, how large it may be, and how many may arrive at once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the server puts up with, in seconds, bytes and bytes a second."""

    #: From the first byte of a request (or from the connection) to the end of its headers.
    header_seconds: float = 20
    header_bytes: int = 32 * 1024
    #: A phone in a tunnel falls silent for a while. A sender who is gone never says so.
    silence_seconds: float = 30
    #: A body has so long, and a second more for each `body_bytes_per_second` that came. A bad line does more than that.
    body_seconds: float = 30
    body_bytes_per_second: int = 1000
    longest_body_seconds: float = 60 * 60
    #: What anybody may send. Before it takes more, the server asks the site whether this sender may.
    unasked_body_bytes: int = 1024 * 1024
    #: Requests of one address that have not arrived whole. A college of a thousand people may have one address, but
    #: theirs arrive within moments. Beyond this the slowest gives way.
    incomplete_per_address: int = 256
    #: Whoever would wait longer than this for a thread is told to come again. Whoever only looks at a page a little
    #: earlier, so that there is room for those who save something.
    wait_seconds: float = 5
    wait_seconds_of_pages: float = 4
    #: A stopping process closes connections that have asked nothing for so long: one may be about to ask.
    idle_seconds_when_stopping: float = 2
    #: A reader who takes nothing at all for so long is gone.
    stalled_reader_seconds: float = 60
    #: What is written at once, and what one reader is given before the others have their turn.
    write_bytes: int = 64 * 1024
    turn_bytes: int = 512 * 1024
    #: After a refusal, for how long and how much is read and dropped, so that the sender hears it.
    linger_seconds: float = 5
    linger_bytes: int = 16 * 1024 * 1024


LIMITS = Limits()
