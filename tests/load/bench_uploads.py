"""`make bench`: large files through the resumable door, on one machine, with the production server.

First 1 GB with three cut connections and one `kill -9` of the whole server: it must arrive with the same hash while the
memory of all server processes stays flat. Then ten files of 100 MB at once while pages are asked for.

    python -m tests.load.bench_uploads [--megabytes 1024] [--each 100]
"""

import argparse
import base64
import hashlib
import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.browser.site import ROOT, demo_environment, free_port
from tests.load.serving import Visitor

MEGABYTE = 1024 * 1024
PIECE_BYTES = 8 * MEGABYTE
NAME = base64.b64encode(b"long-log.txt").decode()
#: Learners of a load test have no password of their own.
LET_LEARNERS_IN = """
from accounts.models import User
from accounts.workflow import confirm_address
from django.conf import settings
for user in User.objects.filter(email__startswith="learner-"):
    user.set_password(settings.DEMO_PASSWORD)
    user.save()
    confirm_address(user)
"""
WHO = "learner-{}@load.test"


class Site:
    """The production server, which can be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.environment = demo_environment(folder) | {"DEMO_PASSWORD": "craftmark-demo-2026"}
        self.environment["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder / 'b.sqlite3'}"
        self.log = (folder / "server.log").open("w")
        self.port = free_port()
        self.server: subprocess.Popen | None = None

    def manage(self, *command: str) -> None:
        subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        address = f"127.0.0.1:{self.port}"
        self.server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", address, "config.wsgi"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        for _ in range(300):
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=1).connect()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def kill(self, how: int = signal.SIGKILL) -> None:
        assert self.server is not None
        os.killpg(self.server.pid, how)
        self.server.wait(timeout=60)

    def memory_bytes(self) -> int:
        """What all processes of the server hold, shared pages counted once for each that shares them in part."""
        assert self.server is not None
        group, total = self.server.pid, 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(process.name)) == group:
                    found = re.search(r"^Pss:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
                    total += int(found[1]) * 1024 if found else 0
            except (OSError, ValueError):
                continue
        return total


@contextmanager
def watched(site: Site) -> Iterator[list[int]]:
    """The server's memory, looked at five times a second while the block runs."""
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            seen.append(site.memory_bytes())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


class Sender(Visitor):
    """A signed-in apprentice who sends a file of made-up bytes that reads as text."""

    def __init__(self, port: int, number: int, megabytes: int) -> None:
        super().__init__(port)
        self.sign_in(WHO.format(number))
        self.home = self.ask("/")[2]
        page = self.ask(f"{self.home}evidence/new/")[1].decode()
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        # Every piece is another, so one in the wrong place would show in the hash.
        self.size = megabytes * MEGABYTE
        self.line = os.urandom(512).hex().encode()
        self.address = ""

    def piece(self, offset: int) -> bytes:
        length = min(PIECE_BYTES, self.size - offset)
        return (b"%020d" % offset + self.line * (PIECE_BYTES // len(self.line)))[:length].ljust(length, b".")

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for offset in range(0, self.size, PIECE_BYTES):
            digest.update(self.piece(offset))
        return digest.hexdigest()

    def tus(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> http.client.HTTPResponse:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": cookie, "X-CSRFToken": self.token, "Tus-Resumable": "1.0.0"} | headers
        self.connection.request(method, path, body=body, headers=sent)
        response = self.connection.getresponse()
        self.said = response.read()
        return response

    def announce(self) -> None:
        headers = {"Upload-Length": str(self.size), "Upload-Metadata": f"filename {NAME}"}
        answer = self.tus("POST", f"{self.home}evidence/{uuid4()}/uploads/", headers)
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {self.said!r}")
        self.address = answer.getheader("Location")

    def offset(self) -> int:
        """How far the file has come, as the server says it; asked until there is one that answers."""
        for _ in range(300):
            try:
                return int(self.tus("HEAD", self.address, {}).getheader("Upload-Offset"))
            except (OSError, http.client.HTTPException):
                self.connection.close()
                time.sleep(0.1)
        raise RuntimeError("nobody answers")

    def cut_off(self, offset: int) -> None:
        """Send the half of a piece and hang up."""
        content = self.piece(offset)
        self.connection.close()
        self.connection.putrequest("PATCH", self.address)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for name, value in (
            self._piece_headers(offset) | {"Cookie": cookie, "Content-Length": str(len(content))}
        ).items():
            self.connection.putheader(name, value)
        self.connection.endheaders()
        self.connection.send(content[: len(content) // 2])
        self.connection.close()

    def send_next(self, offset: int) -> int:
        """Send a piece; answers how far the file has come. A server that is busy is asked again."""
        content = self.piece(offset - offset % PIECE_BYTES)[offset % PIECE_BYTES :]
        for _ in range(2_000):
            try:
                answer = self.tus("PATCH", self.address, self._piece_headers(offset), content)
            except (OSError, http.client.HTTPException):  # refused before all of it was read
                self.connection.close()
                return self.offset()
            if answer.status in (204, 409):
                return int(answer.getheader("Upload-Offset"))
            if answer.status not in (423, 503):
                raise RuntimeError(f"{answer.status} {self.said!r}")
            self.connection.close()
            time.sleep(0.1)
        raise RuntimeError("the server stays busy")

    def _piece_headers(self, offset: int) -> dict[str, str]:
        return {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "X-CSRFToken": self.token,
            "Tus-Resumable": "1.0.0",
        }

    def receipt(self) -> bytes:
        return self.ask(self.address)[1]


def one_large_file(site: Site, megabytes: int) -> bool:
    sender = Sender(site.port, 1, megabytes)
    pieces = range(0, sender.size, PIECE_BYTES)
    cuts = {pieces[len(pieces) * part // 5] for part in (1, 2, 3)}
    kill_at = pieces[len(pieces) * 4 // 5]
    sender.announce()
    before, peak, began, finish_seconds = site.memory_bytes(), 0, time.monotonic(), 0.0
    with watched(site) as seen:
        offset = 0
        while offset < sender.size:
            if offset - offset % PIECE_BYTES in cuts:
                cuts.discard(offset - offset % PIECE_BYTES)
                sender.cut_off(offset)
                offset = sender.offset()
                print(f"  cut off: goes on at {offset / MEGABYTE:.1f} MB")
            if offset >= kill_at >= 0:
                kill_at = -1
                peak = max(seen, default=0)
                sender.cut_off(offset)
                site.kill()
                site.start()
                offset = sender.offset()
                print(f"  kill -9: goes on at {offset / MEGABYTE:.1f} MB")
            start = time.monotonic()
            offset = sender.send_next(offset)
            finish_seconds = time.monotonic() - start
    seconds = time.monotonic() - began
    growth = (max([peak, *seen]) - before) / MEGABYTE
    is_same = sender.sha256().encode() in sender.receipt()
    print(
        f"{megabytes} MB, three cut connections, one kill -9: {seconds:.0f} s, the last piece with hashing and storing "
        f"{finish_seconds:.1f} s; same hash: {'yes' if is_same else 'NO'}; "
        f"memory +{growth:.0f} MB on {before / MEGABYTE:.0f} MB"
    )
    return is_same and growth <= 150


def many_at_once(site: Site, megabytes: int) -> bool:
    senders = [Sender(site.port, number, megabytes) for number in range(1, 11)]
    reader = Sender(site.port, 11, 1)
    faults: list[str] = []
    waits: list[float] = []
    over = threading.Event()

    def send(sender: Sender) -> None:
        try:
            sender.announce()
            offset = 0
            while offset < sender.size:
                offset = sender.send_next(offset)
            if sender.sha256().encode() not in sender.receipt():
                faults.append("another hash")
        except Exception as fault:  # a thread's own fault would go unseen
            faults.append(repr(fault))

    def read() -> None:
        while not over.is_set():
            start = time.monotonic()
            status, _, _ = reader.ask(reader.home)
            waits.append(time.monotonic() - start)
            if status != 200:
                faults.append(f"a page answered {status}")
            time.sleep(0.05)

    before, began = site.memory_bytes(), time.monotonic()
    with watched(site) as seen:
        threads = [threading.Thread(target=send, args=[sender]) for sender in senders]
        visitor = threading.Thread(target=read)
        for thread in [*threads, visitor]:
            thread.start()
        for thread in threads:
            thread.join()
        over.set()
        visitor.join()
    p95 = statistics.quantiles(waits, n=100)[94]
    print(
        f"10 × {megabytes} MB at once: {time.monotonic() - began:.0f} s; {len(waits)} pages meanwhile, median "
        f"{statistics.median(waits):.2f} s, p95 {p95:.2f} s; memory +{(max(seen) - before) / MEGABYTE:.0f} MB; "
        f"faults: {faults or 'none'}"
    )
    return p95 <= 1 and not faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--each", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="craftmark-bench-") as name:
        site = Site(Path(name))
        for command in ("migrate --verbosity 0", "createcachetable", "collectstatic --noinput --verbosity 0"):
            site.manage(*command.split())
        site.manage("import_standards", "demo/data/ST0321.txt")
        site.manage("seed_load", "--learners", "20")
        site.manage("shell", "-c", LET_LEARNERS_IN)
        site.start()
        print(f"load before: {os.getloadavg()[0]:.1f}")
        try:
            is_good = [one_large_file(site, given.megabytes), many_at_once(site, given.each)]
        finally:
            site.kill(signal.SIGTERM)
        print(f"load after: {os.getloadavg()[0]:.1f}")
    return 0 if all(is_good) else 1


if __name__ == "__main__":
    sys.exit(main())
