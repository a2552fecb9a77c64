"""Starting the child process that opens a file, and looking at what it left: nothing it says is believed unseen."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from files import signatures
from files.opening import limits
from files.opening.__main__ import CANNOT

log = structlog.get_logger("craftmark.processing")

PROGRAM = Path(limits.__file__).with_name("__main__.py")
_MOST_RESULT_BYTES = 16 * limits.MEGABYTE
_MOST_PIXELS = 6_000
#: An office program needs more room than a reader of ours.
_OFFICE_MEMORY_BYTES = 3 * 1024 * limits.MEGABYTE
#: On a busy machine a child may take this many times as long as on an idle one.
_LONGEST_WAIT = 10
_KINDS = {"thumbnail", "picture", "page", "poster"}
_LOOKS_LIKE = {"image/jpeg": signatures.is_jpeg, "image/webp": signatures.is_webp}


class CannotOpen(Exception):
    """The file does not open: it is damaged, locked, not what it says, or asks for more than a file may."""


@dataclass(frozen=True)
class Picture:
    """A picture that was made, in the folder of the child."""

    kind: str
    number: int
    path: Path
    content_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Seen:
    """What a look at a file found."""

    pictures: list[Picture] = field(default_factory=list)
    words: str = ""
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    page_count: int | None = None


@dataclass(frozen=True)
class Cleaned:
    """What was taken out of a file, and the copy without it; no copy where nothing had to go."""

    removed: list[str]
    path: Path | None


@contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder for the children of one job, gone afterwards."""
    Path(settings.PROCESSING_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.PROCESSING_DIR, ignore_cleanup_errors=True) as name:
        yield Path(name)


def clean(path: Path, content_type: str, workplace: Path) -> Cleaned:
    """Make the copy that others get.

    Raises:
        CannotOpen: nobody can tell what is in the file.
    """
    folder = workplace / "clean"
    folder.mkdir()
    # A copy is as long as the file, a converted picture may be longer.
    output_bytes = path.stat().st_size + 256 * limits.MEGABYTE
    result = _child("clean", content_type, path, folder, limits.CLEANING, output_bytes)
    removed = result.get("removed")
    if not isinstance(removed, list) or not all(isinstance(name, str) and len(name) < 40 for name in removed):
        raise CannotOpen("its result makes no sense")
    copy = folder / "cleaned"
    if not removed:
        return Cleaned([], None)
    if copy.is_symlink() or not copy.is_file() or not copy.stat().st_size:
        raise CannotOpen("its copy is missing")
    return Cleaned(sorted(removed)[:20], copy)


def look(path: Path, content_type: str, workplace: Path) -> Seen:
    """Make what is shown of a file.

    Raises:
        CannotOpen: no decoder opens it within its limits.
    """
    folder = workplace / "look"
    folder.mkdir()
    is_media = content_type.startswith(("audio/", "video/"))
    held_to = limits.MEDIA if is_media else limits.LOOKING
    result = _child("look", content_type, path, folder, held_to, held_to.output_bytes)
    renditions, words = result.get("renditions"), result.get("words")
    if not isinstance(renditions, list) or not isinstance(words, str) or len(renditions) > 100:
        raise CannotOpen("its result makes no sense")
    return Seen(
        [_picture(item, folder) for item in renditions],
        words.replace("\0", " "),
        _number(result.get("duration_ms"), 2**53),
        _number(result.get("width"), 2**31 - 1),
        _number(result.get("height"), 2**31 - 1),
        _number(result.get("page_count"), 2**31 - 1),
    )


def _child(
    act: str, content_type: str, path: Path, folder: Path, held_to: limits.Limits, output_bytes: int
) -> dict[str, Any]:
    numbers = [held_to.wall_seconds, held_to.cpu_seconds, held_to.memory_bytes, output_bytes]
    command = [sys.executable, "-I", str(PROGRAM), act, content_type, str(path), str(folder)]
    office_program = shutil.which("soffice") or "" if "document" in content_type and act == "look" else ""
    if office_program:
        numbers[2] = _OFFICE_MEMORY_BYTES
    command += [str(number) for number in numbers] + ([office_program] if office_program else [])
    child = subprocess.Popen(  # noqa: S603  (our own program, arguments as a list)
        command,
        cwd=folder,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # It does so itself, but only once Python has started.
    with suppress(OSError):
        limits.give_way(child.pid)
    try:
        code = _waited_for(child, held_to.wall_seconds)
    finally:
        # With all that it started itself, whatever became of it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if code != 0:
        log.info("file_does_not_open", act=act, content_type=content_type, code=code, is_refusal=code == CANNOT)
        raise CannotOpen("it does not open" if code == CANNOT else "it asks for too much")
    result = folder / "result.json"
    try:
        if result.is_symlink() or result.stat().st_size > _MOST_RESULT_BYTES:
            raise CannotOpen("its result makes no sense")
        read = json.loads(result.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise CannotOpen("its result makes no sense") from None
    if not isinstance(read, dict):
        raise CannotOpen("its result makes no sense")
    return read


def _waited_for(child: subprocess.Popen[bytes], wall_seconds: float) -> int | None:
    """The code that the child ends with; None if it takes longer than it may.

    The time in which it would have run and others had the processor is not held against it, or a busy hour would leave
    files that open well without a preview.
    """
    began = time.monotonic()
    until, latest = began + wall_seconds, began + wall_seconds * _LONGEST_WAIT
    while True:
        try:
            return child.wait(timeout=max(0, min(until, latest) - time.monotonic()))
        except subprocess.TimeoutExpired:
            until = began + wall_seconds + _seconds_without_processor(child.pid)
            if time.monotonic() >= min(until, latest):
                return None


def _seconds_without_processor(pid: int) -> float:
    """How long a process has been ready to run and did not; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0


def _picture(item: object, folder: Path) -> Picture:
    """A picture as the child lists it, if it is one."""
    if not isinstance(item, dict):
        raise CannotOpen("its result makes no sense")
    kind, number, content_type = item.get("kind"), _number(item.get("number"), 1_000), item.get("content_type")
    width, height = _number(item.get("width"), _MOST_PIXELS), _number(item.get("height"), _MOST_PIXELS)
    path = folder / f"{kind}-{number}"
    if kind not in _KINDS or content_type not in _LOOKS_LIKE or not (number and width and height):
        raise CannotOpen("a picture of it makes no sense")
    try:
        with path.open("rb") as file:
            is_one = not path.is_symlink() and _LOOKS_LIKE[content_type](file)
    except OSError:
        is_one = False
    if not is_one:
        raise CannotOpen("a picture of it makes no sense")
    return Picture(kind, number, path, content_type, width, height)


def _number(value: object, most: int) -> int | None:
    return value if type(value) is int and 0 < value <= most else None
