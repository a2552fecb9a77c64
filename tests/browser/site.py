"""A real demo site to drive: its own folder, its own database, the production server, a free port."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demo_environment(folder: Path) -> dict[str, str]:
    """The settings of a demo site that keeps everything in `folder`."""
    ours = {
        "SECRET_KEY",
        "DATABASE_URL",
        "DJANGO_SETTINGS_MODULE",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
        "ALLOWED_HOSTS",
        "ALLOW_PLAIN_HTTP",
        "MEDIA_ROOT",
    }
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"DEMO": "1", "VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static")}


@contextmanager
def demo_site() -> Iterator[str]:
    """Seed a demo and serve it; gives its address. It is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="craftmark-demo-") as name:
        folder = Path(name)
        environment = demo_environment(folder)

        def manage(*command: str) -> None:
            subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )

        manage("collectstatic", "--noinput", "--verbosity", "0")
        manage("prepare_demo")
        port = free_port()
        log = (folder / "server.log").open("w")
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        worker = subprocess.Popen(  # noqa: S603
            [sys.executable, "manage.py", "work"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            try:
                _wait_for(f"{address}/health/ready", server)
            except RuntimeError as fault:
                raise RuntimeError(f"{fault}: {(folder / 'server.log').read_text()}") from fault
            yield address
            errors = [line for line in (folder / "server.log").read_text().splitlines() if "Traceback" in line]
            if errors:
                raise AssertionError((folder / "server.log").read_text())
        finally:
            worker.kill()
            worker.wait(timeout=20)
            server.terminate()
            server.wait(timeout=20)
            log.close()


def _wait_for(address: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not answer within a minute")
