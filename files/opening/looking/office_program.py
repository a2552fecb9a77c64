"""Having LibreOffice, where it is installed, draw an office file as its own program would: by way of a PDF."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

_ENDINGS = {"document": "docx", "sheet": "xlsx", "presentation": "pptx"}
_OPEN_ENDINGS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_SECONDS = 75


def as_pdf(path: Path, folder: Path, content_type: str, program: str) -> Path | None:
    """A PDF of the file in `folder`; None if the program made none in time."""
    kind = content_type.rpartition(".")[2]
    ending = (_OPEN_ENDINGS if "opendocument" in content_type else _ENDINGS)[kind]
    given = folder / f"document.{ending}"
    os.symlink(path, given)
    # A profile of its own: two at once would wait for each other, and one crash would bother the next.
    profile = folder / "profile"
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(given)]
    child = subprocess.Popen(  # noqa: S603  (a program that the operator installed, arguments as a list)
        command,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        child.wait(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    given.unlink()
    made = folder / "document.pdf"
    return made if child.returncode == 0 and made.exists() else None
