"""A learner's file: who sees which document, what becomes of each, and learning support that few see."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from audit.models import Entry
from audit.verification import verify as verify_record
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from files import storing
from files.file_types import FileRefused
from programme.learner_file import support_workflow as support
from programme.learner_file import workflow
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan
from programme.learner_file.preparing import prepare, sweep
from tests.factories.files import make_pdf
from tests.portfolios.processing.test_preparing import photo
from tests.programme import filing
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def seen_by(person: object, where: object = None) -> set[str]:
    return set(LearnerDocument.objects.visible_to(acting(person)).values_list("title", flat=True))  # type: ignore[arg-type]


def test_a_document_is_seen_by_the_roles_that_it_is_for_and_nobody_else(world: World):
    filing.add(world, title="For few", readers=["for_admins"])
    filing.add(world, title="For the employer", readers=["for_employer"])
    filing.add(world, title="For quality", readers=["for_quality"])
    filing.add(world, title="For both", readers=["for_apprentice", "for_assessors"])
    assert seen_by(world.admin) == {"For few"}
    assert seen_by(world.mentor) == {"For the employer"}
    assert seen_by(world.iqa) == seen_by(world.viewer) == {"For quality"}
    assert seen_by(world.apprentice) == seen_by(world.assessor) == {"For both"}
    for stranger in (world.second_apprentice, world.second_assessor, world.former_assessor, world.other_admin):
        assert seen_by(stranger) == set()
    with pytest.raises(Incomplete):
        filing.add(world, readers=[])
    for who in ("iqa", "viewer", "mentor", "second_assessor", "other_admin"):
        with pytest.raises(NotAllowed):
            filing.add(world, world.people[who])


def test_a_document_is_opened_once_checked_and_each_opening_is_recorded_once_an_hour(world: World):
    made = filing.add(world)
    with pytest.raises(OutOfTurn):
        workflow.open_document(acting(world.admin), made)
    assert workflow.open_document(acting(world.assessor), made).size_bytes
    prepare(made.pk)
    made.refresh_from_db()
    for _ in range(2):
        workflow.open_document(acting(world.admin), made)
    assert Entry.objects.filter(action="document.opened").count() == 1
    with clock.at(clock.now() + timedelta(hours=2)):
        workflow.open_document(acting(world.admin), made)
    assert Entry.objects.filter(action="document.opened").count() == 2
    assert not list(verify_record())


def test_a_photo_reaches_others_without_its_place(world: World):
    made = filing.ready(world, upload=SimpleUploadedFile("signed.jpg", photo("JPEG")))
    with storing.opened(made.stored) as file:
        assert b"SecretPlace" not in file.read()
    assert made.sha256 != made.original_sha256
    storing.store(ContentFile(b"cut off"), "documents/ab/abcd")
    sweep()
    assert default_storage.exists("documents/ab/abcd")
    with clock.at(clock.now() + timedelta(hours=3)):
        sweep()
    assert not default_storage.exists("documents/ab/abcd")
    with storing.opened(made.stored) as file:
        assert file.read(1)


def test_what_is_no_document_is_refused(world: World):
    with pytest.raises(FileRefused):
        filing.add(world, upload=SimpleUploadedFile("agreement.pdf", b"<script>alert(1)</script>"))
    with pytest.raises(Incomplete):
        filing.add(world, dated_on=clock.today() + timedelta(days=1))
    assert not LearnerDocument.objects.exists()


def test_a_later_version_replaces_a_document_and_leaves_it(world: World):
    first = filing.ready(world, readers=["for_apprentice", "for_assessors"])
    again = filing.ready(world, replaces=first.pk, title="Signed again", readers=["for_employer"])
    assert again.readers() == ["for_apprentice", "for_assessors"]
    with pytest.raises(OutOfTurn):
        filing.add(world, replaces=first.pk)
    for act in (
        lambda: workflow.withdraw_document(again.pk, acting(world.apprentice), "No."),
        lambda: workflow.set_document_readers(again.pk, acting(world.apprentice), ["for_apprentice"]),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Incomplete):
        workflow.withdraw_document(again.pk, acting(world.assessor), " ")
    for _ in range(2):
        workflow.withdraw_document(again.pk, acting(world.assessor), "The wrong learner.")
    assert Entry.objects.filter(action="document.withdrawn").count() == 1
    client = Client()
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:document", args=[again.pk])).content.decode()
    assert "The wrong learner." in page
    assert client.get(reverse("pages:document-open", args=[first.pk])).status_code == 200


def test_the_form_says_what_is_wrong_and_adds_once(world: World):
    client = Client()
    client.force_login(world.assessor)
    address = reverse("pages:document-add", args=[world.apprenticeship.pk])
    told = {"token": str(uuid4()), "title": "Agreement", "kind": "agreement", "dated_on": "3 March 2026"}
    refused = client.post(address, told | {"file": make_pdf()})
    assert refused.status_code == 422
    assert "Choose at least one role" in refused.content.decode()
    assert "Choose a file." in client.post(address, told).content.decode()
    for _ in range(2):
        added = client.post(address, told | {"file": make_pdf(), "readers": ["for_apprentice"]})
        assert added.status_code == 302
    assert LearnerDocument.objects.unscoped().count() == 1


def test_learning_support_is_for_the_apprentice_the_lead_assessor_and_who_is_named(world: World):
    filing.plan(world)
    filing.note(world)
    filing.ready(world, title="Letter", is_support=True, readers=())
    readers = {"apprentice", "assessor"}
    for name, person in world.people.items():
        rows = [
            model.objects.visible_to(acting(person)).exists() for model in (SupportPlan, SupportNote, LearnerDocument)
        ]
        assert rows == [name in readers] * 3, name
    named = support.name_support_reader(world.apprenticeship.pk, acting(world.admin), world.iqa.pk)
    assert SupportPlan.objects.visible_to(acting(world.iqa)).exists()
    assert not SupportPlan.objects.visible_to(acting(world.admin)).exists()
    filing.note(world, world.iqa, said="Met again.")
    support.end_support_reader(named.pk, acting(world.assessor))
    assert not SupportPlan.objects.visible_to(acting(world.iqa)).exists()
    for refused in (world.iqa, world.admin, world.apprentice, world.mentor):
        with pytest.raises(NotAllowed):
            filing.note(world, refused)
    with pytest.raises(Incomplete):
        support.name_support_reader(world.apprenticeship.pk, acting(world.admin), world.mentor.pk)
    assert not list(verify_record())


def test_sight_of_support_ends_with_the_membership(world: World):
    filing.plan(world)
    support.name_support_reader(world.apprenticeship.pk, acting(world.admin), world.iqa.pk)
    Membership.objects.filter(user=world.iqa).update(ended_on=clock.today() - timedelta(days=1))
    assert not SupportPlan.objects.visible_to(acting(world.iqa)).exists()
    with pytest.raises(NotAllowed):
        filing.note(world, world.iqa)


def test_the_database_itself_keeps_support_from_roles(world: World):
    made = filing.ready(world, is_support=True, readers=())
    with pytest.raises(IntegrityError), transaction.atomic():
        LearnerDocument.objects.filter(pk=made.pk).update(for_employer=True)


def test_the_page_of_support_works_and_names_what_is_missing(world: World):
    client = Client()
    client.force_login(world.assessor)
    address = reverse("pages:learning-support", args=[world.apprenticeship.pk])
    told = {"do": "note", "note-token": str(uuid4()), "note-month": "3 March 2026", "note-said": "Read."}
    assert "Agree a plan first." in client.post(address, told).content.decode()
    filing.plan(world)
    assert client.post(address, told).status_code == 302
    page = client.get(address).content.decode()
    assert "March 2026" in page
    assert "More time to read" in page
    client.force_login(world.admin)
    page = client.get(address).content.decode()
    assert "More time to read" not in page
    assert client.post(address, {"do": "name", "reader-person": str(world.iqa.pk)}).status_code == 302


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_replace_a_document_at_once_make_one_later_version(world: World):
    first = filing.ready(world)

    def again(_number: int) -> str:
        try:
            filing.add(world, replaces=first.pk)
        except OutOfTurn:
            return "refused"
        finally:
            connection.close()
        return "added"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(again, range(2))) == ["added", "refused"]
