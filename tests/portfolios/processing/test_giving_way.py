"""People wait for pages, and nobody watches a preview grow: what opens files gives way to whatever else runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from files import sandbox

ROOT = Path(__file__).resolve().parents[3]
#: In a session of its own, as the child is.
SAYS_ITS_PLACE = """
import os
from files.opening import limits
limits.apply(limits.LOOKING)
print(os.nice(0), open("/proc/self/autogroup").read() if os.path.exists("/proc/self/autogroup") else "")
"""


def test_a_child_that_opens_files_gives_way_to_pages():
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SAYS_ITS_PLACE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    ).stdout
    assert said.startswith("19")
    # Where Linux shares out the processor by session, nobody else looks at the first figure.
    assert "nice 0" not in said


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system shares nothing out by session")
def test_a_terminal_from_which_a_child_was_started_by_hand_keeps_its_share():
    by_hand = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SAYS_ITS_PLACE!r}], check=True)"
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", by_hand], cwd=ROOT, capture_output=True, text=True, check=True, start_new_session=True
    ).stdout
    assert said.startswith("19")
    assert said.strip().endswith("nice 0")


def test_a_child_gives_way_from_its_first_moment(monkeypatch, tmp_path):
    said: list[int] = []
    monkeypatch.setattr(
        sandbox, "_waited_for", lambda child, seconds: said.append(os.getpriority(os.PRIO_PROCESS, child.pid))
    )
    with pytest.raises(sandbox.CannotOpen):
        sandbox.look(tmp_path / "notes.txt", "text/plain", tmp_path)
    assert said == [19]


def test_the_time_in_which_others_had_the_processor_is_not_held_against_a_file(monkeypatch):
    monkeypatch.setattr(sandbox, "_seconds_without_processor", lambda pid: 60.0)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"]) as child:  # noqa: S603
        assert sandbox._waited_for(child, wall_seconds=0.3) == 0


def test_a_child_that_has_its_time_and_does_not_end_is_given_up():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as child:  # noqa: S603
        assert sandbox._waited_for(child, wall_seconds=0.1) is None
        child.kill()
