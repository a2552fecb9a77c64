"""What tests of hidden files do to get somewhere."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files import File

from assessments import workflow as assessing
from files import storing
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile, Quarantine, Rendition
from portfolios.models.files import random_key
from portfolios.processing.outcomes import Prepared, finish_preparation
from tests.factories.files import make_png
from tests.world import OWN_WORK, World, acting


def draft_file(world: World, **given: Any) -> EvidenceFile:
    """A photo in a draft of the first apprentice, with what a job makes of one: a small picture, and words in it."""
    file = collecting.add_file(world.draft("K1", **given).pk, acting(world.apprentice), make_png("ward.png"))
    key = random_key("renditions")
    stored = storing.store(File(BytesIO(b"a picture")), key)
    row = Rendition(kind="thumbnail", content_type="image/png", width=9, height=9, size_bytes=stored.size_bytes)
    row.stored.name = key
    finish_preparation(file.pk, Prepared(renditions=[row], words="Mrs Patient, ward 4"))
    file.refresh_from_db()
    return file


def sent_file(world: World, **given: Any) -> EvidenceFile:
    """The same, sent for review."""
    file = draft_file(world, **given)
    assessing.submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    file.refresh_from_db()
    return file


def hide(world: World, file: EvidenceFile, by: Any = None) -> Quarantine:
    return collecting.hide_file(
        file.pk, acting(by or world.assessor), quarantine_id=uuid4(), reason="A patient’s name is on the chart."
    )


def ask(world: World, made: Quarantine, wish: str, by: Any = None) -> Quarantine:
    return collecting.ask_for_end(made.pk, acting(by or world.iqa), wish=wish, reason="As discussed.")


def agree(world: World, made: Quarantine, by: Any = None) -> Quarantine:
    wish = Quarantine.objects.unscoped().get(pk=made.pk).wish
    return collecting.answer_end(made.pk, acting(by or world.admin), wish=wish, agrees=True)
