"""An import that was confirmed and interrupted goes on where it stopped, and nothing is imported twice."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import NotAllowed
from occupations import uploads
from occupations.importing import writing
from occupations.importing.preview import Source
from occupations.models import ImportDraft, StandardVersion
from tests.occupations.pages import SEED
from tests.world import acting, person

REFERENCES = ["ST0321", "ST0322", "ST0323", "ST0324"]
#: A process of its own that confirms an upload and takes its time over each standard.
SLOWLY = """
import sys, time, uuid
import django
django.setup()
from core.actor import Actor
from occupations import uploads
from occupations.importing import writing
write = writing.write
def slow(*args):
    written = write(*args)
    if written.version.standard.reference == "ST0323":
        print("writing the third", flush=True)
        time.sleep(600)
    return written
writing.write = slow
uploads.confirm(uuid.UUID(sys.argv[1]), Actor(uuid.UUID(sys.argv[2])))
"""


class Stopped(BaseException):
    """What a worker that is told to stop raises wherever it is."""


@pytest.fixture
def keeper(transactional_db):
    return person("keeper", (None, Role.CATALOGUE_KEEPER))


@pytest.fixture
def upload(keeper) -> ImportDraft:
    return uploads.keep(
        [Source(f"{name}.txt", SEED.replace("ST0321", name).encode()) for name in REFERENCES], acting(keeper)
    )


@pytest.fixture
def stopped_at_the_third(monkeypatch):
    """Importing stops in the middle of the third standard, once."""
    write = writing.write

    def stop(draft, *args):
        written = write(draft, *args)
        if draft.reference == "ST0323":
            monkeypatch.setattr(writing, "write", write)
            raise Stopped
        return written

    monkeypatch.setattr(writing, "write", stop)


def held() -> list[str]:
    return sorted(StandardVersion.objects.values_list("standard__reference", flat=True))


def imported() -> int:
    return Entry.objects.filter(action="standard_version.imported").count()


def test_an_interrupted_import_keeps_whole_standards_and_goes_on(upload, keeper, stopped_at_the_third):
    with pytest.raises(Stopped):
        uploads.confirm(upload.pk, acting(keeper))
    upload.refresh_from_db()
    assert (held(), upload.state, upload.written_count) == (REFERENCES[:2], "writing", 2)
    done = uploads.confirm(upload.pk, acting(keeper))
    assert (held(), done.state, imported()) == (REFERENCES, "done", 4)
    assert [row["reference"] for row in done.result["written"]] == REFERENCES
    assert {row["outcome"] for row in done.result["written"]} == {"created"}
    assert Entry.objects.filter(action="import_draft.confirmed").count() == 1
    assert list(verify()) == []


def test_its_page_offers_to_continue(upload, keeper, client, stopped_at_the_third):
    with pytest.raises(Stopped):
        uploads.confirm(upload.pk, acting(keeper))
    client.force_login(keeper)
    address = reverse("pages:import-preview", args=[upload.pk])
    assert address in client.get("/standards/import/").content.decode()
    page = client.get(address).content.decode()
    assert "It stopped after importing 2 standards" in page
    assert ">Continue<" in page
    client.post(reverse("pages:import-confirm", args=[upload.pk]))
    assert "ST0324" in client.get(address).content.decode()
    assert address not in client.get("/standards/import/").content.decode()
    assert held() == REFERENCES


def test_a_killed_server_leaves_an_import_that_goes_on(upload, keeper):
    with subprocess.Popen(  # noqa: S603  (our own interpreter and code)
        [sys.executable, "-c", SLOWLY, str(upload.pk), str(keeper.pk)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", **database()},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout.readline() == "writing the third\n"
        server.send_signal(signal.SIGKILL)
    upload = when_free(upload)
    assert (held(), upload.state, upload.written_count) == (REFERENCES[:2], "writing", 2)
    uploads.confirm(upload.pk, acting(keeper))
    assert (held(), imported()) == (REFERENCES, 4)
    assert list(verify()) == []


def test_an_interrupted_import_waits_for_as_long_as_it_takes(upload, keeper, stopped_at_the_third):
    with pytest.raises(Stopped):
        uploads.confirm(upload.pk, acting(keeper))
    with clock.at(clock.now() + uploads.KEPT_FOR * 100):
        uploads.keep([Source("another.txt", SEED.encode())], acting(keeper))
        assert uploads.confirm(upload.pk, acting(keeper)).state == "done"
    assert held() == REFERENCES


def test_two_who_go_on_at_once_import_each_standard_once(upload, keeper, monkeypatch, stopped_at_the_third):
    """The second press comes while the first is at its work: each standard is written by whoever comes to it first."""
    with pytest.raises(Stopped):
        uploads.confirm(upload.pk, acting(keeper))
    write_next = uploads._write_next
    monkeypatch.setattr(uploads, "_write_next", lambda *args: (write_next(*args), write_next(*args)))
    assert len(uploads.confirm(upload.pk, acting(keeper)).result["written"]) == 4
    assert (held(), imported()) == (REFERENCES, 4)


def test_whoever_lost_the_role_meanwhile_does_not_go_on(upload, keeper, stopped_at_the_third):
    with pytest.raises(Stopped):
        uploads.confirm(upload.pk, acting(keeper))
    keeper.memberships.update(ended_on=clock.today())
    with pytest.raises(NotAllowed):
        uploads.confirm(upload.pk, acting(keeper))
    assert held() == REFERENCES[:2]


def test_the_same_files_again_change_nothing(upload, keeper):
    uploads.confirm(upload.pk, acting(keeper))
    sources = [Source(f"{name}.txt", SEED.replace("ST0321", name).encode()) for name in REFERENCES]
    again = uploads.confirm(uploads.keep(sources, acting(keeper)).pk, acting(keeper))
    assert {row["outcome"] for row in again.result["written"]} == {"unchanged"}
    assert imported() == 4


def database() -> dict[str, str]:
    """The settings with which another process uses the database of this test."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{now['NAME']}"}
    return {"DATABASE_URL": f"postgres://{now['USER']}@{now['HOST']}:{now['PORT']}/{now['NAME']}"}


def when_free(upload: ImportDraft) -> ImportDraft:
    """The upload, once the database has let go of the killed process's locks."""
    deadline = time.monotonic() + 60
    while connection.vendor == "postgresql" and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = 'occupations_importdraft'::regclass")
            if cursor.fetchone() == (0,):
                break
        time.sleep(0.1)
    return ImportDraft.objects.get(pk=upload.pk)
