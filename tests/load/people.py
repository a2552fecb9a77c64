"""`make load`: a hundred people at work on the production server, with two workers beside it as `make run` has them.

Three in four are apprentices, who look at their pages, write and send files of 1 MB; the others work through the queue,
decide, and look at the cohort. Of what they do, 55 % is a page of a learner, 15 % the queue, 10 % the cohort, 15 % a
save or a decision and 5 % an upload. After each they think for about 4 s. Then the same people without thinking: what
the server can do at most. BENCH_DATABASE_URL has it on PostgreSQL, in a database of its own.

    python -m tests.load.people [--people 100] [--minutes 3] [--learners 150]

It fails below 24 requests a second, above 500 ms for 95 of 100, with any error, or below 40 requests a second at most.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from tests.browser.site import ROOT
from tests.load.serving import Visitor, cookie_header
from tests.load.slow import LoadedSite, loaded_site

MEGABYTE = 1024 * 1024
THINK_SECONDS = 4.0
#: For so long a connection is used: the server closes one that has been silent for 30 s.
CONNECTION_SECONDS = 25.0
LET_IN = """
from django.conf import settings
from django.contrib.auth.hashers import make_password
from accounts.models import User
from accounts.workflow import confirm_address
password = make_password(settings.DEMO_PASSWORD)
for user in User.objects.filter(email__in=[f"learner-{number}@load.test" for number in range(1, %d + 1)]):
    user.password = password
    user.save()
    confirm_address(user)
"""


class Fields(HTMLParser):
    """What a browser would send of the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._textarea = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        name, value = named.get("name") or "", named.get("value")
        if tag == "textarea" and name:
            self._textarea = name
            self.found.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in named:
            self.found.append((self._select, value or ""))
        elif tag == "input" and name and named.get("type") not in ("file", "submit", "search"):
            is_box = named.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in named:
                self.found.append((name, value if value is not None else "on" if is_box else ""))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            name, before = self.found[-1]
            self.found[-1] = (name, before + data if before else data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""


@dataclass
class Measured:
    """How long each request took by what it was for, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def print(self, title: str, lasted: float, cpu_seconds: float) -> tuple[float, float]:
        """A line in all and one for each kind; returns the requests per second and p95 in seconds."""
        every = [one for kind in self.seconds.values() for one in kind]
        rate, p95 = len(every) / lasted, _share(every, 95)
        print(f"\n{title}: {rate:.1f} requests/s, {sum(self.faults.values())} errors, load {os.getloadavg()[0]:.1f}")
        print(f"  of the server's processor time, {cpu_seconds / len(every) * 1000:.1f} ms a request")
        for kind, found in {"all": every, **self.seconds}.items():
            p50 = statistics.median(found)
            print(f"  {kind:<18}{len(found):>6}   p50 {p50 * 1000:>6.0f} ms   p95 {_share(found, 95) * 1000:>6.0f} ms")
        for fault, count in self.faults.most_common(10):
            print(f"  {count} × {fault}")
        return rate, p95


def _share(found: list[float], share: int) -> float:
    return statistics.quantiles(found, n=100)[share - 1] if len(found) > 1 else sum(found)


class Person:
    """Somebody at a browser: one connection that is kept, one request at a time."""

    def __init__(self, site: LoadedSite, cookies: dict[str, str], measured: Measured, seed: int) -> None:
        self.port, self.cookies, self.measured = site.port, cookies, measured
        self.chance = random.Random(seed)  # noqa: S311  (what they do next)
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.opened_at = 0.0

    async def ask(
        self, kind: str, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; the time it took is noted, and what went wrong."""
        sent = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": cookie_header(self.cookies),
            "Accept": "text/html",
            "Accept-Encoding": "gzip",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if body or method != "GET":
            sent["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        began = time.monotonic()
        try:
            status, answered, content = await self._asked("\r\n".join([*lines, "", ""]).encode() + body)
        except (OSError, asyncio.IncompleteReadError, ValueError) as fault:
            self._close()
            self.measured.faults[f"{kind}: {type(fault).__name__}"] += 1
            return 0, {}, b""
        self.measured.seconds.setdefault(kind, []).append(time.monotonic() - began)
        if status >= 400:
            self.measured.faults[f"{kind}: {status}"] += 1
        return status, answered, content

    async def _asked(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.writer is None or time.monotonic() - self.opened_at > CONNECTION_SECONDS:
            self._close()
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=4 * MEGABYTE)
            self.opened_at = time.monotonic()
        assert self.reader is not None
        self.writer.write(request)
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        answered = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
        status = int(head[0].split()[1])
        content = b""
        if answered.get("transfer-encoding") == "chunked":
            while size := int(await self.reader.readline(), 16):
                content += await self.reader.readexactly(size)
                await self.reader.readline()
            await self.reader.readline()
        elif status not in (204, 304):
            content = await self.reader.readexactly(int(answered.get("content-length", 0)))
        if answered.get("connection", "").lower() == "close":
            self._close()
        return status, answered, content

    def _close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.writer = None

    async def form(self, kind: str, path: str, fields: list[tuple[str, str]], **headers: str) -> int:
        status, _, _ = await self.ask(
            kind,
            path,
            "POST",
            urlencode(fields).encode(),
            Content_Type="application/x-www-form-urlencoded",
            Origin=f"http://127.0.0.1:{self.port}",
            **headers,
        )
        return status

    def plain(self, path: str) -> str:
        """A page as text, read before the measuring."""
        return Visitor(self.port, self.cookies).ask(path)[1].decode()

    def acts(self) -> list[tuple[int, Callable[[], Coroutine[None, None, None]]]]:
        """What this person does, and how often of a hundred things that all people do."""
        raise NotImplementedError

    async def work(self, until: float, think_seconds: float) -> None:
        weights, acts = zip(*self.acts(), strict=True)
        await asyncio.sleep(self.chance.random() * think_seconds)
        while time.monotonic() < until:
            await self.chance.choices(acts, weights)[0]()
            await asyncio.sleep(think_seconds * self.chance.uniform(0.5, 1.5))
        self._close()


class Learner(Person):
    """An apprentice with evidence, one piece of which they write on."""

    def prepare(self) -> None:
        home = Visitor(self.port, self.cookies).ask("/")[2]
        pieces = re.findall(r'"(/evidence/[0-9a-f-]{36}/)"', self.plain(f"{home}evidence/"))
        codes = re.findall(rf'"({re.escape(home)}ksbs/[A-Z]\d+/)"', self.plain(home))
        self.home, self.pages = home, [home, home, f"{home}evidence/", *pieces[:6], *codes[:6]]
        # In the order of the list the newest come first, and those are drafts.
        self.edit = f"{pieces[0]}edit/"
        page = self.plain(self.edit)
        self.save_to = re.search(r'data-autosave-url="([^"]+)"', page)[1]
        self.fields = Fields(page[page.index("data-autosave-url") :]).found
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    def acts(self) -> list[tuple[int, Callable[[], Coroutine[None, None, None]]]]:
        return [(55, self.look), (13, self.save), (5, self.upload)]

    async def look(self) -> None:
        await self.ask("a learner's page", self.chance.choice(self.pages))

    async def save(self) -> None:
        words = f"I did this on day {self.chance.randrange(10_000)}, and noted what happened."
        fields = [(name, words if name == "narrative" else value) for name, value in self.fields]
        status, _, answer = await self.ask(
            "a save",
            self.save_to,
            "POST",
            urlencode(fields).encode(),
            Content_Type="application/x-www-form-urlencoded",
            Origin=f"http://127.0.0.1:{self.port}",
            Accept="application/json",
            Accept_Encoding="identity",
        )
        if status == 200 and (revision := re.search(rb'"revision": (\d+)', answer)):
            self.fields = [(name, revision[1].decode() if name == "revision" else value) for name, value in self.fields]

    async def upload(self) -> None:
        tus = {"X_CSRFToken": self.token, "Tus_Resumable": "1.0.0", "Origin": f"http://127.0.0.1:{self.port}"}
        status, answered, _ = await self.ask(
            "an upload begun",
            f"{self.home}evidence/{uuid4()}/uploads/",
            "POST",
            Upload_Length=str(MEGABYTE),
            Upload_Metadata="filename bG9uZy1sb2cudHh0",
            **tus,
        )
        if status == 201:
            line = self.chance.randbytes(32).hex().encode()
            await self.ask(
                "an upload of 1 MB",
                answered["location"],
                "PATCH",
                line * (MEGABYTE // len(line)),
                Upload_Offset="0",
                Content_Type="application/offset+octet-stream",
                **tus,
            )


class Assessor(Person):
    """Somebody who works through their queue."""

    waiting: dict[int, list[str]] = {}  # noqa: RUF012  (of several at one account, each takes another piece)

    def prepare(self) -> None:
        page = self.plain("/queue/")
        found = re.findall(r'"(/submissions/[0-9a-f-]{36}/)"', page)
        self.mine = self.waiting.setdefault(id(self.cookies), list(dict.fromkeys(found)))
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.plain(self.mine[0]))[1]

    def acts(self) -> list[tuple[int, Callable[[], Coroutine[None, None, None]]]]:
        return [(15, self.look), (2, self.decide)]

    async def look(self) -> None:
        await self.ask("the queue", "/queue/")

    async def decide(self) -> None:
        if not self.mine:
            await self.look()
            return
        submission = self.mine.pop()
        await self.form("a decision", f"{submission}start/", [("csrfmiddlewaretoken", self.token)])
        _, _, page = await self.ask("a review", submission, Accept_Encoding="identity")
        codes = sorted(set(re.findall(r'name="outcome_([A-Z]\d+)"', page.decode())))
        parts = (("missing", ""), ("meets", "Clear."), ("next_step", ""), ("by_when", ""))
        judged = [(f"{part}_{code}", said) for code in codes for part, said in (("outcome", "met"), *parts)]
        await self.form("a decision", f"{submission}finish/", [("csrfmiddlewaretoken", self.token), *judged])


class Admin(Person):
    """Somebody who keeps an eye on everybody."""

    def prepare(self) -> None:
        self.pages = ["/cohort/", "/cohort/", "/cohort/?page=2", "/cohort/?sort=name"]

    def acts(self) -> list[tuple[int, Callable[[], Coroutine[None, None, None]]]]:
        return [(10, self.look)]

    async def look(self) -> None:
        await self.ask("the cohort", self.chance.choice(self.pages))


def server_seconds(port: int) -> float:
    """The processor time that the server's processes have taken so far."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"127.0.0.1:{port}".encode() in (process / "cmdline").read_bytes():
                ticks += sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def gathered(site: LoadedSite, count: int, learners: int, measured: Measured) -> list[Person]:
    """This many people, signed in, each with what they have to do."""
    roles = {Learner: 73, Assessor: 17, Admin: 10}
    people: list[Person] = []
    signed_in: dict[str, dict[str, str]] = {}
    for role, share in roles.items():
        for number in range(max(1, round(count * share / 100))):
            email = {
                Learner: f"learner-{number % learners + 1}@load.test",
                Assessor: f"load-assessor-{number % max(1, learners // 30) + 1}@load.test",
                Admin: "load-provider@load.test",
            }[role]
            if email not in signed_in:
                visitor = Visitor(site.port)
                visitor.sign_in(email)
                signed_in[email] = visitor.cookies
            person = role(site, signed_in[email], measured, len(people))
            person.prepare()
            people.append(person)
    return people


async def _at_work(people: list[Person], seconds: float, think_seconds: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(person.work(until, think_seconds) for person in people))


def at_work(people: list[Person], seconds: float, think_seconds: float) -> float:
    """Have them work for so long; returns the server's processor time."""
    before = server_seconds(people[0].port)
    asyncio.run(_at_work(people, seconds, think_seconds))
    return server_seconds(people[0].port) - before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--learners", type=int, default=150)
    given = parser.parse_args()
    with loaded_site(given.learners) as site:
        site.manage("shell", "--command", LET_IN % given.people)
        measured = Measured()
        people = gathered(site, given.people, given.learners, measured)
        workers = [
            subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=site.environment)  # noqa: S603
            for _ in range(2)
        ]
        try:
            took = at_work(people, given.minutes * 60, THINK_SECONDS)
            rate, p95 = measured.print(f"{len(people)} people who think", given.minutes * 60, took)
            is_good = rate >= 24 * given.people / 100 and p95 <= 0.5 and not measured.faults
            at_most = Measured()
            for person in people:
                person.measured = at_most
            took = at_work(people[:: max(1, len(people) // 16)], 30, 0)
            rate, _ = at_most.print("16 people who do not", 30, took)
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                with suppress(subprocess.TimeoutExpired):
                    worker.wait(timeout=10)
                worker.kill()
    return 0 if is_good and rate >= 40 and not at_most.faults else 1


if __name__ == "__main__":
    sys.exit(main())
