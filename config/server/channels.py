"""One connection: it reads a request whole, within the limits, and lets no slow sender or reader hold a thread."""

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

from config.server.crowd import is_late, retry_after_seconds
from config.server.limits import LIMITS

#: In a request's environment: when its sender should come again, in seconds. 0 is a request to serve.
RETRY_AFTER = "craftmark.retry_after_seconds"


class Request(HTTPRequestParser):
    """A request on its way in."""

    #: What tus (https://tus.io) calls a piece of an upload that can be resumed.
    PIECE_TYPE = "application/offset+octet-stream"

    #: Whether the site was asked if this sender may send so much.
    is_admitted = False
    #: Why it is refused, if it is; waitress answers it so.
    error: Any

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began_at = time.monotonic()
        self.body_began_at = 0.0
        self.queued_at = 0.0
        #: When its sender should come again, in seconds; 0 where it is served.
        self.retry_after_seconds = 0

    def received(self, data: bytes) -> int:
        """Take in more bytes; returns how many of them belong to this request."""
        consumed: int = super().received(data)
        if self.headers_finished and not self.body_began_at:
            self.body_began_at = time.monotonic()
        # A chunked body does not say how long it is, so nobody can be asked before it is there. No browser sends one.
        if self.chunked and not self.error and self.body_bytes_received > LIMITS.unasked_body_bytes:
            self.error = RequestEntityTooLarge("A chunked body is too large.")
            self.completed = True
        return consumed

    @property
    def received_bytes(self) -> int:
        return int(self.header_bytes_received + self.body_bytes_received)

    @property
    def is_piece(self) -> bool:
        """Whether it carries a piece of a resumable upload, of which each byte that came is worth keeping."""
        return self.command == "PATCH" and self.headers.get("CONTENT_TYPE", "") == self.PIECE_TYPE

    @property
    def is_heavy(self) -> bool:
        """Whether answering it means copying, hashing and storing: threads of their own do that."""
        return not self.error and (self.is_piece or self.content_length > LIMITS.unasked_body_bytes)

    @property
    def is_light(self) -> bool:
        """Whether the threads of pages answer it."""
        return not self.error and not self.is_heavy

    @property
    def is_health(self) -> bool:
        """Whether it asks how the process is. It waits behind nobody, or a crowd looks like an illness."""
        return self.is_light and self.path.startswith("/health/")

    @property
    def patience_seconds(self) -> float:
        """How long it may wait for a thread."""
        is_page = self.command == "GET" and "text/html" in self.headers.get("ACCEPT", "")
        return LIMITS.wait_seconds_of_pages if is_page else LIMITS.wait_seconds

    @property
    def needs_admission(self) -> bool:
        return not self.completed and not self.is_admitted and self.content_length > LIMITS.unasked_body_bytes

    def is_overdue(self, now: float, last_heard_at: float) -> bool:
        """Whether this request has had its time."""
        if not self.headers_finished:
            return now - self.began_at > LIMITS.header_seconds
        spent = now - self.body_began_at
        earned = LIMITS.body_seconds + self.body_bytes_received / LIMITS.body_bytes_per_second
        return now - last_heard_at > LIMITS.silence_seconds or spent > min(earned, LIMITS.longest_body_seconds)


class Task(WSGITask):
    """A request that a thread answers."""

    def set_close_on_finish(self) -> None:
        # waitress closes after every answer without a length, which those that have no body are not in need of.
        if not self.has_body and not self.must_close:
            return
        super().set_close_on_finish()

    @property
    def must_close(self) -> bool:
        return self.version == "1.0" or self.request.headers.get("CONNECTION", "").lower() == "close"

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[RETRY_AFTER] = self.request.retry_after_seconds
        return environ

    def build_response_header(self) -> bytes:
        if self.channel.server.is_stopping:
            super().set_close_on_finish()
        return super().build_response_header()


class Admission:
    """The question to the site whether somebody may send a large body. It may ask the database, so a thread asks it."""

    def __init__(self, channel: "Channel", request: Request) -> None:
        self.channel = channel
        self.request = request

    def service(self) -> None:
        environ = Task(self.channel, self.request).get_environment()
        try:
            allowed_bytes = self.channel.server.allowed_bytes(environ)
        except Exception:  # whatever the site met, the connection must not wait for ever
            self.channel.logger.exception("Could not ask whether a large body may come")
            self.channel.give_up()
            self.channel.server.pull_trigger()
        else:
            self.channel.answer_admission(self.request, allowed_bytes)

    def cancel(self) -> None:
        self.channel.cancel()


class CutPiece:
    """A piece of a resumable upload whose sender is gone: the site keeps what came, and nobody hears the answer."""

    def __init__(self, channel: "Channel", request: Request) -> None:
        self.channel = channel
        self.request = request

    def service(self) -> None:
        environ = Task(self.channel, self.request).get_environment()
        answer = self.channel.server.application(environ, lambda status, headers, exc_info=None: lambda data: None)
        try:
            for _chunk in answer:
                pass
        finally:
            if hasattr(answer, "close"):
                answer.close()
            self.request.close()

    def cancel(self) -> None:
        self.request.close()


class Channel(HTTPChannel):
    """A connection."""

    parser_class = Request
    task_class = Task
    sendbuf_len: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.opened_at = self.heard_at = time.monotonic()
        self.has_been_served = False
        #: While the site is asked, nothing is read.
        self.is_asking = False
        self.drops_until = 0.0
        self.dropped_bytes = 0
        self.turn_bytes = 0
        super().__init__(*args, **kwargs)
        # What is not taken of it is read again from the file, so little at a time.
        self.sendbuf_len = min(self.sendbuf_len, LIMITS.write_bytes)
        self.server.make_room_beside(self)

    # Where it stands --------------------------------------------------------------------------------------------------
    @property
    def is_incomplete(self) -> bool:
        """Whether it owes the rest of a request: one that has begun, or the first one."""
        if self.requests or self.will_close or self.close_when_flushed or self.drops_until:
            return False
        return self.request is not None or not self.has_been_served

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way, in or out."""
        return not (self.requests or self.request or self.total_outbufs_len or self.drops_until)

    @property
    def began_at(self) -> float:
        return self.request.began_at if self.request else self.opened_at

    @property
    def address(self) -> str:
        """Whose request this is, as far as it can be known: behind proxies only once the headers are here."""
        proxies = self.server.trusted_proxy_count
        if not proxies:
            return str(self.addr[0])
        if not (self.request and self.request.headers_finished):
            return ""
        given = self.request.headers.get("X_FORWARDED_FOR", "").split(",")
        return given[-proxies].strip() if len(given) >= proxies else ""

    def pace(self, now: float) -> float:
        """Bytes a second of the request on its way. One that has only begun counts as neither slow nor quick."""
        age = now - self.began_at
        if age <= 1:
            return 2.0 * LIMITS.body_bytes_per_second
        return (self.request.received_bytes if self.request else 0) / age

    def is_overdue(self, now: float) -> bool:
        """Whether to give up on it."""
        if self.drops_until:
            return now > self.drops_until
        if self.requests or self.is_asking:
            return False
        if self.request:
            return bool(self.request.is_overdue(now, self.heard_at))
        if not self.has_been_served:
            return now - self.opened_at > LIMITS.header_seconds
        return self.is_idle and now - self.heard_at > self.server.idle_seconds

    # In ---------------------------------------------------------------------------------------------------------------
    def readable(self) -> bool:
        if self.drops_until:
            return True
        return not self.is_asking and bool(super().readable())

    def handle_read(self) -> None:
        if self.drops_until:
            self._drop()
            return
        super().handle_read()

    def received(self, data: bytes) -> bool:
        self.heard_at = time.monotonic()
        before = self._stage
        kept: bool = super().received(data)
        if self._stage != before:
            self.server.make_room_beside(self)
        if (request := self.request) and request.needs_admission:
            self.is_asking = True
            self.server.light.add_task(Admission(self, request))
        return kept

    @property
    def _stage(self) -> tuple[Request | None, bool]:
        """Which request is on its way, and whether its headers are here. Each step is a moment to count."""
        return self.request, bool(self.request and self.request.headers_finished)

    def answer_admission(self, request: Request, allowed_bytes: int) -> None:
        """Go on reading, or refuse. Called by the thread that asked."""
        with self.requests_lock:
            request.is_admitted = True
            is_refused = request.content_length > allowed_bytes
            if is_refused:
                request.error = RequestEntityTooLarge("That was too much to send.")
                request.completed = True
                self.request = None
                self.requests.append(request)
        if is_refused:
            self.service()
        self.is_asking = False
        self.server.pull_trigger()

    def handle_close(self) -> None:
        request, self.request = self.request, None
        super().handle_close()
        if request is None:
            return
        if request.headers_finished and request.is_piece and not self.is_asking and request.body_bytes_received:
            self.server.heavy.add_task(CutPiece(self, request))
        else:
            request.close()

    def give_up(self, status: str = "") -> None:
        """Close it, with a word to whoever still listens."""
        if status and not self.total_outbufs_len:
            with suppress(OSError):
                self.send(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        self.will_close = True

    def service(self) -> None:
        """Answer the first request that waits. Called by a thread."""
        self.has_been_served = True
        request, began_at = self.requests[0], time.monotonic()
        is_counted = request.is_light and not request.is_health and not request.retry_after_seconds
        if is_counted and is_late(request.queued_at):
            request.retry_after_seconds = retry_after_seconds(self.server.light.wait_seconds)
            is_counted = False
        super().service()
        if is_counted:
            self.server.light.note(time.monotonic() - began_at)

    # Out --------------------------------------------------------------------------------------------------------------
    def handle_write(self) -> None:
        self.turn_bytes = 0
        if self.close_when_flushed and not self.total_outbufs_len and not self.requests and self._is_heard_out():
            return
        super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Write what the reader takes, up to this connection's turn."""
        if self.turn_bytes >= LIMITS.turn_bytes:
            return 0
        sent: int = super().send(data, do_close)
        self.turn_bytes += sent
        return sent

    def _is_heard_out(self) -> bool:
        """Let a sender who was refused in mid-sentence finish: a connection closed on them takes the answer along."""
        if self.will_close or self.drops_until or not self.connected:
            return False
        self.close_when_flushed = False
        self.drops_until = time.monotonic() + LIMITS.linger_seconds
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.will_close = True
        return True

    def _drop(self) -> None:
        try:
            data = self.recv(self.adj.recv_bytes)
        except OSError:
            data = b""
        self.dropped_bytes += len(data)
        if not data or self.dropped_bytes > LIMITS.linger_bytes:
            self.will_close = True
