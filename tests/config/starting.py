"""Starting the site as somebody at a terminal would: in a process of its own, with settings of one's own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What a production needs at least.
PRODUCTION = {
    "SECRET_KEY": "production-test-only-7Qd2mXvT9bRk4LsWz1NcYp8HgJf3Ea6UuVt0Ki5o",
    "ALLOWED_HOSTS": "craftmark.example.org",
}


def python(*arguments: str, var_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project with these settings and none of the tests' own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(var_dir / "var"),
        "STATIC_ROOT": str(var_dir / "static"),
        **settings,
    }
    return subprocess.run(  # noqa: S603  (what runs is written in the tests)
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
