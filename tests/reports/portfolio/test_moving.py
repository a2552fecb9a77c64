"""A portfolio leaves one installation and arrives in an empty one: every state, date, hash and marker is the same."""

import io
import tracemalloc

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from assessments.models import Decision, ExternalRecord, SignOff
from audit.models import Entry
from audit.verification import verify
from core.errors import Incomplete, NotAllowed
from jobs.working import work_off
from portfolios import workflow as collecting
from reports.pack import keys
from reports.pack.workflow import ask_for_portfolio
from tests import emptying
from tests.assessments.transitions import move, states, with_two_texts
from tests.factories.files import make_mp3
from tests.kept import forget
from tests.reports.pack.packing import bytes_of, made
from tests.reports.portfolio.moving import bring, export, fill, learner, picture
from tests.world import World, acting, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def another_world() -> World:
    """The same people and statements in an installation in which nothing is as it was: other ids, no files."""
    emptying.empty()
    forget()
    for folder in ("evidence", "cleaned", "renditions"):
        _remove(folder)
    return make_world()


def _remove(folder: str) -> None:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        default_storage.delete(f"{folder}/{name}")
    for name in folders:
        _remove(f"{folder}/{name}")


def test_a_portfolio_is_the_same_in_an_empty_installation(tmp_path):
    world = make_world()
    fill(world)
    before = picture(world.apprenticeship)
    path = export(world, tmp_path)
    there = set(Entry.objects.values_list("hash", flat=True))
    signed_with = tuple(keys.public_keys())

    world = another_world()
    trial = bring(world, path, is_trial=True)
    assert trial.record is None
    assert not ExternalRecord.objects.unscoped().exists()
    brought = bring(world, path, keys=signed_with)
    here = learner(world, brought)
    assert here == world.apprenticeship
    assert picture(here) == before
    assert brought.told[0].startswith("Signed by")
    assert not there & set(Entry.objects.values_list("hash", flat=True))
    assert not list(verify())
    call_command("rebuild_coverage", check=True)

    entries = Entry.objects.count()
    assert bring(world, path).is_repeat
    assert (Entry.objects.count(), picture(here)) == (entries, before)

    judges = {made.by for made in (*Decision.objects.unscoped(), *SignOff.objects.unscoped())}
    assert {(judge.own_name, judge.email, judge.is_active) for judge in judges} == {("Assessor", None, False)}
    _says_external(world, here)


def _says_external(world: World, here: Apprenticeship) -> None:
    """On the pages of the KSB and the piece, and in a pack."""
    mark = "Assessor at Northwold Training (made up) (external)"
    client = Client()
    client.force_login(world.apprentice)
    piece = here.evidence.filter(submissions__finished_at__isnull=False).first()
    for address in (reverse("pages:ksb", args=[here.pk, "K1"]), reverse("pages:evidence", args=[piece.pk])):
        assert mark in client.get(address).content.decode()
    for address in ("pages:coverage", "pages:external", "pages:evidence-list", "pages:pack"):
        assert client.get(reverse(address, args=[here.pk])).status_code == 200


def test_a_learner_whom_nobody_knows_is_enrolled_and_invited(tmp_path):
    world = make_world()
    world.judged({"K1": "met"})
    path = export(world, tmp_path)
    world = another_world()
    world.apprentice.email = "another@example.test"
    world.apprentice.save()
    brought = bring(world, path)
    here = learner(world, brought)
    assert here not in (world.apprenticeship, world.second)
    assert (here.apprentice.name, here.apprentice.email) == ("Apprentice", None)
    assert any("enrolled and invited" in line for line in brought.told)


def test_what_cannot_be_put_anywhere_is_told_and_nothing_changes(tmp_path):
    world = make_world()
    world.judged({"K1": "met"})
    path = export(world, tmp_path)
    with pytest.raises(Incomplete, match="already"):
        bring(world, path)
    world = another_world()
    ksb = world.ksb("K1")
    ksb.statement = "Something else"
    ksb.save()
    with pytest.raises(Incomplete, match="K1"):
        bring(world, path)
    world.version.version = "7.0"
    world.version.save()
    with pytest.raises(Incomplete, match="version 1.0"):
        bring(world, path)
    assert not ExternalRecord.objects.unscoped().exists()
    assert not default_storage.exists("evidence") or not default_storage.listdir("evidence")[1]


def test_who_was_signed_off_here_already_is_not_signed_off_twice(tmp_path):
    world = make_world()
    world.signed_off("K1")
    path = export(world, tmp_path)
    world = another_world()
    world.signed_off("K1")
    with pytest.raises(Incomplete, match="K1"):
        bring(world, path)
    assert acting(world.admin).organisation_id == world.provider.pk


def test_an_apprentice_has_their_portfolio_made_and_an_admin_imports_it_on_a_page(tmp_path):
    world = make_world()
    world.judged({"K1": "met"})
    pack = made(ask_for_portfolio(world.apprenticeship.pk, acting(world.apprentice)))
    assert pack.state == "ready"
    assert ask_for_portfolio(world.apprenticeship.pk, acting(world.apprentice)) != pack
    with pytest.raises(NotAllowed):
        ask_for_portfolio(world.apprenticeship.pk, acting(world.assessor))
    content = bytes_of(pack)
    world = another_world()
    client, where = Client(), reverse("pages:portfolio-import")
    client.force_login(world.admin)
    sent = {"file": SimpleUploadedFile("mine.zip", content), "key": ""}
    page = client.post(where, sent)["Location"]
    work_off()
    assert not ExternalRecord.objects.unscoped().exists()
    assert client.post(page).status_code == 302
    work_off()
    assert ExternalRecord.objects.unscoped().get().apprenticeship == world.apprenticeship
    assert client.post(where, {"file": SimpleUploadedFile("mine.zip", content), "key": "no key"}).status_code == 422
    assert client.post(where, {}).status_code == 422


def test_a_learner_who_was_moved_to_another_version_arrives_on_it(tmp_path):
    world = make_world()
    way = with_two_texts(world)
    world.signed_off("K2")
    world.judged({"S1": "met", "S2": "met"})
    move(world, way)
    before, was = picture(world.apprenticeship), states(world.apprenticeship)
    path = export(world, tmp_path)
    world = another_world()
    way = with_two_texts(world)
    with pytest.raises(Incomplete, match="on version 1.0 here"):
        bring(world, path)
    move(world, way)
    with pytest.raises(Incomplete, match="moved"):
        bring(world, path)
    world.apprentice.email = "another@example.test"
    world.apprentice.save()
    here = learner(world, bring(world, path))
    assert (picture(here), states(here)) == (before, was)
    assert here.standard_version.version == "1.1"
    assert {fault.action for fault in verify()} <= {"person.added"}  # whose address the test changed


def test_the_commands_move_a_portfolio(tmp_path):
    world = make_world()
    world.judged({"K1": "met"})
    path = tmp_path / "portfolio.zip"
    call_command("export_portfolio", str(world.apprenticeship.pk), str(path), stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("export_portfolio", str(world.apprenticeship.pk), str(path), stdout=io.StringIO())
    world = another_world()
    said = io.StringIO()
    to = {"provider": world.provider.ukprn, "by": world.admin.email, "stdout": said}
    call_command("import_portfolio", str(path), **to, check=True)
    for _ in range(2):
        call_command("import_portfolio", str(path), **to)
    assert "Would import" in said.getvalue()
    assert "imported before" in said.getvalue()
    with pytest.raises(CommandError):
        call_command("import_portfolio", str(path), **to | {"by": world.assessor.email})
    assert ExternalRecord.objects.unscoped().count() == 1


def test_writing_and_importing_need_no_more_memory_for_larger_files(tmp_path, settings):
    """A recording of ninety megabytes passes in pieces: a ZIP is stepped through by sixteen at most."""
    world = make_world()
    settings.EVIDENCE_FILE_MAX_BYTES = 100_000_000
    piece = world.draft("K1")
    upload = make_mp3()
    content = upload.read()
    large = SimpleUploadedFile("talk.mp3", content + b"\0" * 90_000_000, content_type="audio/mpeg")
    collecting.add_file(piece.pk, acting(world.apprentice), large)
    del large, upload
    tracemalloc.start()
    path = export(world, tmp_path)
    written = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    world = another_world()
    tracemalloc.start()
    bring(world, path)
    brought = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(written, brought) < 50_000_000
