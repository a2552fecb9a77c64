import os
import signal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Entry
from demo import cast, history, seeding


def test_demo_people_prints_the_table(as_demo) -> None:
    out = StringIO()
    call_command("demo_people", stdout=out)
    assert "assessor@demo.test" in out.getvalue()


def test_a_failed_seeding_leaves_neither_rows_nor_files(db: None, as_demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history.History, "_finish_review", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seeding.seed(learners=1)
    assert not seeding.is_seeded()
    assert not Entry.objects.exists()
    assert [path for path in Path(as_demo.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_start_that_is_told_to_end_leaves_neither_rows_nor_files(
    db: None, as_demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history.History, "_submit", lambda *arguments: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit, match="next start"):
        call_command("prepare_demo", stdout=StringIO())
    assert not seeding.is_seeded()
    assert not Entry.objects.exists()
    assert [path for path in Path(as_demo.MEDIA_ROOT).rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("command", ["seed_demo", "prepare_demo", "demo_people"])
def test_commands_refuse_where_there_is_no_demo(db: None, settings, command: str) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command(command)
    assert not User.objects.exists()


def test_seed_demo_refuses_a_password_that_nobody_may_have(db: None, as_demo) -> None:
    as_demo.DEMO_PASSWORD = "demo"  # noqa: S105
    with pytest.raises(CommandError, match="could not be created"):
        call_command("seed_demo", learners=1)
    assert not User.objects.exists()


def test_seed_demo_refuses_more_apprentices_than_have_a_story(db: None, as_demo) -> None:
    with pytest.raises(CommandError, match="--learners"):
        call_command("seed_demo", learners=1000)


def test_the_caseloads_are_as_a_demo_needs_them() -> None:
    emails = [story.email for story in cast.STORIES]
    assert len(set(emails)) == len(emails) == 26
    mine = [story for story in cast.STORIES if story.assessor == cast.ASSESSOR]
    assert len(mine) == 16
    assert 8 <= sum(len(story.waiting) for story in mine) <= 12
    assert 5 <= sum(story.employer == 0 for story in cast.STORIES) <= 8
