"""One process of the server: gunicorn starts, watches and ends it; waitress' loop and threads serve in it."""

import os
import resource
import tempfile
import time
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher
from waitress.wasyncore import poll2

from config.server.channels import RETRY_AFTER
from config.server.crowd import Queue
from config.server.limits import LIMITS
from config.server.listening import Server

#: Pieces of uploads and forms with files are copied, hashed and stored beside the threads that answer pages.
HEAVY_THREADS = 2
#: What a process may have open beside connections and the files that their bodies grow in.
OTHER_FILES = 200


class BufferingWorker(Worker):
    """Reads each request whole before a thread has it, and writes each answer without one."""

    def run(self) -> None:
        """Serve until told to stop, then finish what has begun."""
        # Large bodies and answers wait on the disk of the site: /tmp may be memory.
        tempfile.tempdir = settings.FILE_UPLOAD_TEMP_DIR
        self.connections: dict[int, Any] = {}
        self.light = Queue(self.cfg.threads)
        self.heavy, self.aside = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self.heavy.set_thread_count(HEAVY_THREADS)
        #: Answers whoever is asked to come again, and whoever asks how the process is.
        self.aside.set_thread_count(1)
        self.busy = getattr(self.wsgi, "busy", plainly_busy)
        servers = [self._listen(listener.sock) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self._turn()
        for server in servers:
            server.stop_listening()
        until = time.monotonic() + self.cfg.graceful_timeout
        while any(server.has_work for server in servers) and time.monotonic() < until:
            self._turn()

    def _turn(self) -> None:
        """Tell gunicorn that the process lives, and do what has come."""
        self.notify()  # type: ignore[no-untyped-call]
        poll2(1.0, self.connections)

    def _listen(self, listener: Any) -> Server:
        adjustments = Adjustments(
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=_connection_limit(self.cfg.worker_connections),
            recv_bytes=64 * 1024,
            max_request_header_size=LIMITS.header_bytes,
            max_request_body_size=1 << 50,  # by request: see `allowed_bytes`
            inbuf_overflow=256 * 1024,
            outbuf_overflow=1024 * 1024,
            outbuf_high_watermark=1 << 50,  # onto the disk, so that no thread waits for a reader
            channel_timeout=LIMITS.stalled_reader_seconds,
            cleanup_interval=1,
            clear_untrusted_proxy_headers=False,  # Django's settings say which to believe
            ident=None,
            log_socket_errors=False,
        )
        return Server(
            self._answer,
            self.connections,
            True,
            listener,
            light=self.light,
            heavy=self.heavy,
            aside=self.aside,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
            allowed_bytes=getattr(self.wsgi, "allowed_bytes", lambda environ: LIMITS.unasked_body_bytes),
            trusted_proxy_count=settings.TRUSTED_PROXY_COUNT,
            idle_seconds=self.cfg.keepalive,
        )

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        """The site, or its answer that it is busy. After a set number of requests a new process takes over."""
        if environ[RETRY_AFTER]:
            return self.busy(environ, start_response, environ[RETRY_AFTER])
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        return self.wsgi(environ, start_response)


def plainly_busy(environ: dict[str, Any], start_response: Any, seconds: int) -> list[bytes]:
    """The answer for somebody who should come again, where the site has none of its own."""
    start_response("503 Service Unavailable", [("Retry-After", str(seconds)), ("Content-Length", "0")])
    return []


def _connection_limit(wanted: int) -> int:
    """As many connections as there are files for: one each, and one for a large body."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * wanted + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, (soft - OTHER_FILES) // 2)
