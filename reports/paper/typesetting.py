"""Setting a page as a PDF in a process of its own: what sets it keeps its memory, and fetches nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from files import sandbox

log = structlog.get_logger("craftmark.packs")

PROGRAM = Path(__file__).with_name("typesetter.py")
LONGEST_SECONDS = 300


@contextmanager
def set_as_pdf(page: str, style: str) -> Iterator[Path | None]:
    """The page as a PDF, gone afterwards; None where none can be set, because Pango is not installed, for instance."""
    with sandbox.workplace() as folder:
        source, sheet, target = folder / "page.html", folder / "page.css", folder / "page.pdf"
        source.write_text(page)
        sheet.write_text(style)
        command = [sys.executable, "-I", str(PROGRAM), str(source), str(sheet), str(target)]
        child = subprocess.Popen(  # noqa: S603  (our own program, arguments as a list)
            command,
            cwd=folder,
            # Where fonts that were found are noted down.
            env={"HOME": str(folder), "XDG_CACHE_HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, said = child.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            said = b"it took too long"
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        is_set = child.returncode == 0 and target.is_file() and target.stat().st_size > 0
        if not is_set:
            log.warning("pdf_not_set", code=child.returncode, said=said[-300:].decode(errors="replace"))
        yield target if is_set else None
