"""Page text for tests: the demo's own standard, and where the shared development set is, if it is there."""

from io import BytesIO
from pathlib import Path

import pytest

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import map_page

ROOT = Path(__file__).resolve().parents[2]
SEED_PATH = ROOT / "demo" / "data" / "ST0321.txt"
SEED_BYTES = SEED_PATH.read_bytes()
SEED = SEED_BYTES.decode()
SHARED = ROOT.parent / "shared" / "data" / "standards"

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the development set is not at {SHARED}")


def read(text: str | bytes, name: str = "page.txt") -> StandardDraft:
    """The one draft of a page."""
    (draft,) = map_page.read(BytesIO(text.encode() if isinstance(text, str) else text), name)
    return draft


def refusal(text: str | bytes) -> list[tuple[int | None, str]]:
    """The lines and reasons why a page is refused."""
    with pytest.raises(Refused) as refused:
        read(text)
    assert all(problem.file == "page.txt" for problem in refused.value.problems)
    return [(problem.line, problem.reason) for problem in refused.value.problems]


def warnings(text: str | bytes) -> list[str]:
    """What is noted about a page, apart from its version, which the seed does not name."""
    return [problem.reason for problem in read(text).warnings if "names no version" not in problem.reason]


def line_of(text: str, beginning: str) -> int:
    """The number of the only line that begins so."""
    (number,) = [number for number, line in enumerate(text.splitlines(), start=1) if line.startswith(beginning)]
    return number


def without_line(text: str, beginning: str) -> str:
    number = line_of(text, beginning)
    return "\n".join(line for n, line in enumerate(text.split("\n"), start=1) if n != number)


def with_line_after(text: str, beginning: str, *added: str) -> str:
    lines = text.split("\n")
    place = line_of(text, beginning)
    return "\n".join([*lines[:place], *added, *lines[place:]])
