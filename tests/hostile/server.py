"""The production server in a process of its own, as `bin/run` starts it, on a small site of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.browser.site import ROOT, demo_environment, free_port
from tests.load.bench_uploads import LET_LEARNERS_IN
from tests.load.serving import PASSWORD


@dataclass
class RunningServer:
    """Where it listens, its main process, and its log."""

    port: int
    process: subprocess.Popen
    log: Path

    def get(self, path: str = "/account/login/") -> int:
        """How an ordinary visitor is answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status


def made_site(folder: Path) -> dict[str, str]:
    """Make a site with two learners in `folder`; gives its settings."""
    environment = demo_environment(folder) | {"WEB_CONCURRENCY": "1", "DEMO_PASSWORD": PASSWORD}
    for command in (
        "migrate --verbosity 0",
        "createcachetable",
        "collectstatic --noinput --verbosity 0",
        "import_standards demo/data/ST0321.txt",
        "seed_load --learners 2",
    ):
        _manage(environment, *command.split())
    _manage(environment, "shell", "--command", LET_LEARNERS_IN)
    return environment


def _manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def running_server(environment: dict[str, str], config: str = "config/gunicorn.py") -> Iterator[RunningServer]:
    """Serve a site."""
    port, folder = free_port(), Path(environment["VAR_DIR"])
    log = folder / f"server-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gunicorn", "-c", config, "-b", f"127.0.0.1:{port}", "config.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    server = RunningServer(port, process, log)
    try:
        _wait_for(server)
        yield server
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(server: RunningServer) -> None:
    while server.process.poll() is None:
        try:
            server.get("/health/live")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(server.log.read_text())
