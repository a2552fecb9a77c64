"""What was cut off goes, and nothing that a row names."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from core import clock
from files import spool
from portfolios import workflow
from portfolios.models import EvidenceFile, Upload
from portfolios.processing.sweeping import sweep_files
from tests.factories.files import make_text
from tests.world import acting

pytestmark = pytest.mark.usefixtures("folders")


@pytest.fixture
def upload(world):
    begun = workflow.begin_upload(
        world.apprenticeship.pk,
        world.draft("K1").pk,
        acting(world.apprentice),
        upload_id=uuid4(),
        name="a.txt",
        size_bytes=100,
    )
    with spool.held(begun.pk) as part:
        part.write(b"half")
    return begun


def orphan(key="evidence/ab/orphan"):
    default_storage.save(key, ContentFile(b"bytes"))
    return key


def made_older(hours):
    """Let everything in the spool and the store be older by so much."""
    for folder in (spool.folder(), Path(default_storage.location)):
        for path in folder.rglob("*"):
            then = path.stat().st_mtime - hours * 3600
            os.utime(path, (then, then))


def test_a_part_can_go_on_for_a_day_after_its_last_byte(upload):
    made_older(hours=23)
    with clock.at(upload.begun_at + timedelta(hours=23)):
        sweep_files()
    assert Upload.objects.exists()
    assert spool.path_of(upload.pk).exists()


def test_an_upload_that_ran_out_goes_with_its_part(upload):
    made_older(hours=25)
    with clock.at(upload.begun_at + timedelta(hours=25)):
        assert sweep_files().uploads == 1
    assert not Upload.objects.exists()
    assert not spool.path_of(upload.pk).exists()


def test_a_part_without_a_row_goes_after_an_hour(upload):
    workflow.cancel_upload(upload.pk, acting(upload.owner))
    assert sweep_files().parts == 0
    made_older(hours=2)
    assert sweep_files().parts == 1
    assert list(spool.parts()) == []


def test_an_object_without_a_row_goes_after_an_hour(db):
    keys = [orphan(), orphan("evidence/ab/killed.part"), orphan("renditions/cd/none"), orphan("cleaned/cd/none")]
    assert sweep_files().objects == 0
    made_older(hours=2)
    assert sweep_files().objects == 4
    assert not any(default_storage.exists(key) for key in keys)


def test_what_a_row_names_stays_however_old(world):
    piece = world.draft("K1")
    kept = workflow.add_file(piece.pk, acting(world.apprentice), make_text())
    removed = workflow.add_file(piece.pk, acting(world.apprentice), make_text("b.txt", "other words"))
    workflow.remove_file(removed.pk, acting(world.apprentice))
    made_older(hours=10_000)
    assert sweep_files().objects == 0
    assert all(default_storage.exists(file.stored.name) for file in EvidenceFile.objects.all())
    assert kept.content_fault() is None


def test_the_command_says_what_it_removed(db):
    orphan()
    made_older(hours=2)
    said = io.StringIO()
    call_command("sweep_files", stdout=said)
    assert said.getvalue() == "0 uploads, 0 parts, 1 objects and 0 folders of jobs removed.\n"
    call_command("sweep_files", stdout=said)
    assert said.getvalue().endswith("0 uploads, 0 parts, 0 objects and 0 folders of jobs removed.\n")


def test_the_folder_of_a_worker_that_was_killed_goes_within_hours(db, settings, tmp_path):
    settings.PROCESSING_DIR = tmp_path
    for name in ("tmpold", "tmpnew"):
        (tmp_path / name / "look").mkdir(parents=True)
        (tmp_path / name / "look" / "at-hand").write_bytes(b"somebody's photo")
    os.utime(tmp_path / "tmpold", (time.time() - 3 * 3600,) * 2)
    assert sweep_files().workplaces == 1
    assert [folder.name for folder in tmp_path.iterdir()] == ["tmpnew"]
