"""What an audit asks of a learner: what is there, what is missing, and all of it as a file."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import scope
from core.errors import NotAllowed
from files import storing
from reports.audit_pack.checklist import Item, checklist_of
from reports.audit_pack.workflow import ask_for_audit_pack
from reports.exports.making import make_export
from reports.exports.models import Export, ExportState
from tests.pdfs import words_in
from tests.programme import declaring, filing, learning, planning, reviewing, scanning
from tests.reports.pack.packing import bytes_of, made
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def items(world: World, by: object = None) -> dict[str, Item]:
    return {str(one.title): one for one in checklist_of(acting(by or world.admin), world.apprenticeship)}  # type: ignore[arg-type]


def test_what_is_there_is_told_from_what_is_missing(world: World):
    before = items(world)
    assert not before["Apprenticeship agreement"].is_complete
    assert not before["First learning"].is_complete
    assert before["Progress reviews, signed by all"].missing == ["No progress review has been held."]
    filing.ready(world)
    learning.confirm(world, learning.log(world))
    world.apprenticeship.refresh_from_db()
    after = items(world)
    assert after["Apprenticeship agreement"].is_complete
    assert after["First learning"].is_complete
    assert after["Off-the-job hours"].found[0].words != before["Off-the-job hours"].found[0].words
    assert after["Reason for leaving"].is_complete


def test_what_was_recorded_and_signed_here_is_on_the_list_without_a_document(world: World):
    before = items(world)
    assert before["Training plan, all versions"].missing == ["No training plan is here."]
    assert before["English and maths"].missing
    offered = planning.offer(world)
    waiting = items(world)["Training plan, all versions"]
    assert "not signed by" in waiting.found[0].words
    assert waiting.missing == ["The newest version of the training plan is not signed by everybody."]
    declaring.ready(world)
    declaring.locked(world)
    world.apprenticeship.refresh_from_db()
    found = items(world)
    plan, gateway = found["Training plan, all versions"], found["Gateway declarations"]
    assert str(offered.pk) in plan.found[0].path
    assert (gateway.is_complete, "signed by everybody" in gateway.found[0].words) == (True, True)
    assert found["English and maths"].is_complete
    assert any("English: " in line.words for line in found["English and maths"].found)


def test_a_document_that_is_not_for_the_reader_is_not_told_to_them(world: World):
    filing.ready(world, title="Private matter", readers=["for_assessors"])
    filing.plan(world)
    found = items(world)
    assert "Private matter" not in str(found)
    assert "More time to read" not in str(found)
    assert not found["Apprenticeship agreement"].is_complete


def test_the_checklist_costs_the_same_for_many_documents(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for _ in range(3):
        filing.ready(world)
    with django_assert_max_num_queries(20), scope.enforced():
        checklist_of(acting(world.admin), world.apprenticeship)


def test_the_pack_holds_the_list_the_documents_and_their_hashes(world: World):
    paper_there = filing.ready(world)
    filing.add(world, kind="eligibility", title="Not checked yet")
    export = ask_for_audit_pack(world.apprenticeship.pk, acting(world.admin))
    make_export(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.READY
    with storing.opened(str(export.stored.name)) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    [paper] = [name for name in files if name.endswith(".pdf")]
    assert paper.startswith("04 Apprenticeship agreement/")
    listed = {one["path"]: one["sha256"] for one in json.loads(files["manifest.json"])["files"]}
    assert listed[paper] == paper_there.sha256
    assert "Missing:" in files["index.html"].decode()


def unpacked(world: World, *, with_pdf: bool) -> dict[str, bytes]:
    pack = made(ask_for_audit_pack(world.apprenticeship.pk, acting(world.admin)), with_pdf=with_pdf)
    assert pack.state == ExportState.READY
    with zipfile.ZipFile(io.BytesIO(bytes_of(pack))) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_the_pack_holds_each_review_and_the_skills_scans_as_pdfs_without_what_the_employer_does_not_see(world: World):
    pytest.importorskip("weasyprint")
    scanning.hand_in(world)
    version = reviewing.issue(world)
    files = unpacked(world, with_pdf=True)
    review, scan = (next(name for name in files if end in name) for end in ("Progress review ", "Skills scan.pdf"))
    assert review == f"08 Progress reviews, signed by all/Progress review {version.shared['held_on']}.pdf"
    said = words_in(files[review])
    assert "Very reliable." in said
    assert "Extra reading time" not in said
    assert "Skills scan of" in words_in(files[scan])
    listed = {one["path"] for one in json.loads(files["manifest.json"])["files"]}
    assert {review, scan} <= listed


def test_a_pack_is_made_and_says_what_is_not_in_it_where_no_pdf_can_be_set(world: World):
    reviewing.issue(world)
    files = unpacked(world, with_pdf=False)
    assert not [name for name in files if name.endswith(".pdf")]
    assert "could not be made here" in files["index.html"].decode()


def test_only_the_providers_overseers_have_it(world: World):
    for who in set(world.people) - {"admin", "iqa", "manager"}:
        with pytest.raises(NotAllowed):
            ask_for_audit_pack(world.apprenticeship.pk, acting(world.people[who]))
    client = Client()
    client.force_login(world.admin)
    address = reverse("pages:audit-pack", args=[world.apprenticeship.pk])
    assert "No apprenticeship agreement is here." in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert Export.objects.unscoped().get().kind == Export.Kind.AUDIT
    assert "Waiting: 0%" in client.get(address).content.decode()
