"""A file that shows somebody who should not be seen is closed to everybody, and two people together end that."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from assessments import workflow as assessing
from audit.verification import verify
from core.canonical import digest
from core.errors import Incomplete, NotAllowed, OutOfTurn, WorkflowError
from files import storing
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile, EvidenceVersion, FileText, Quarantine, Rendition
from portfolios.processing import jobs, preparing
from portfolios.processing.sweeping import erase_bytes
from tests.factories.files import make_png
from tests.portfolios.hiding import agree, ask, draft_file, hide, sent_file
from tests.signing.people import ask_witness, token_for
from tests.world import OWN_WORK, World, acting, grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

EVERYBODY = ["apprentice", "assessor", "iqa", "viewer", "mentor", "admin"]


def signed_in(person) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(person)
    return client


def addresses(file: EvidenceFile) -> list[str]:
    pictures = Rendition.objects.unscoped().filter(file=file).values_list("pk", flat=True)
    return [reverse("pages:file", args=[file.pk]), *(reverse("pages:rendition", args=[pk]) for pk in pictures)]


def test_a_hidden_file_and_its_pictures_are_opened_by_nobody(world: World):
    file = sent_file(world)
    places = addresses(file)
    clients = [signed_in(world.people[who]) for who in EVERYBODY]
    assert {client.get(place).status_code for place in places for client in clients} == {200}
    hide(world, file)
    assert {client.get(place).status_code for place in places for client in clients} == {409}
    assert clients[0].get(places[0], headers={"Range": "bytes=0-9"}).status_code == 409


def test_every_page_says_in_a_sentence_that_it_is_hidden_and_shows_nothing_of_it(world: World):
    file = sent_file(world)
    hide(world, file)
    pages = [
        ("pages:evidence", file.evidence_id),
        ("pages:review", file.submitted.get().submission_id),
        ("pages:file-page", file.pk),
        ("pages:portfolio-print", world.apprenticeship.pk),
    ]
    for who in ("apprentice", "assessor", "viewer"):
        client = signed_in(world.people[who])
        for page, key in pages:
            html = client.get(reverse(page, args=[key])).content.decode()
            assert "ward.png" in html
            assert "should not be seen in it" in html, page
            assert "Mrs Patient" not in html
            assert "/renditions/" not in html
            assert "patient’s name" not in html


def test_lists_and_searches_show_and_find_nothing_of_a_hidden_file(world: World):
    file = sent_file(world)
    listing = reverse("pages:evidence-list", args=[world.apprenticeship.pk])
    client = signed_in(world.assessor)
    assert "Advert for a driver" in client.get(listing, {"words": "patient"}).content.decode()
    hide(world, file)
    assert "/renditions/" not in client.get(listing).content.decode()
    assert "Advert for a driver" not in client.get(listing, {"words": "patient"}).content.decode()


def test_whoever_holds_a_link_cannot_open_it_either(world: World, client: Client):
    file = sent_file(world)
    token = token_for(ask_witness(world, file.submitted.get().submission))
    client.post(reverse("pages:link-start", args=[token]))
    place = reverse("pages:link-file", args=[token, file.pk])
    assert client.get(place).status_code == 200
    hide(world, file)
    assert client.get(place).status_code == 409
    assert "should not be seen in it" in client.get(reverse("pages:link", args=[token])).content.decode()


def test_a_file_in_a_draft_is_hidden_from_its_apprentice_too(world: World):
    file = draft_file(world)
    hide(world, file, by=world.iqa)
    own = signed_in(world.apprentice)
    assert own.get(addresses(file)[0]).status_code == 409
    for page, key in (("pages:evidence", file.evidence_id), ("pages:evidence-edit", file.evidence_id)):
        html = own.get(reverse(page, args=[key])).content.decode()
        assert "hidden this file" in html
        assert "/renditions/" not in html
    with pytest.raises(OutOfTurn):
        collecting.set_transcript(file.pk, acting(world.apprentice), "Mrs Patient")


def test_staff_see_of_files_in_drafts_only_names(world: World):
    file = draft_file(world)
    client = signed_in(world.assessor)
    assert "ward.png" in client.get(reverse("pages:files-to-hide", args=[world.apprenticeship.pk])).content.decode()
    assert client.get(addresses(file)[0]).status_code == 404


def test_only_the_assessor_quality_assurers_and_admins_hide_a_file_and_say_why(world: World):
    file = sent_file(world)
    for who in set(world.people) - {"assessor", "iqa", "admin"}:
        with pytest.raises(NotAllowed):
            hide(world, file, by=world.people[who])
    for who in ("assessor", "iqa", "admin"):
        with pytest.raises(Incomplete):
            collecting.hide_file(file.pk, acting(world.people[who]), quarantine_id=uuid4(), reason=" ")
    hide(world, file)
    with pytest.raises(OutOfTurn, match="hid this file on"):
        hide(world, file, by=world.iqa)


def test_hiding_twice_with_one_form_hides_once(world: World):
    file, token = sent_file(world), uuid4()
    for _time in range(2):
        collecting.hide_file(file.pk, acting(world.assessor), quarantine_id=token, reason="A patient.")
    assert Quarantine.objects.unscoped().count() == 1


def test_a_quality_assurer_and_an_admin_together_show_it_again(world: World):
    file = sent_file(world)
    made = hide(world, file)
    with pytest.raises(NotAllowed):
        ask(world, made, "restore", by=world.assessor)
    ask(world, made, "restore")
    with pytest.raises(NotAllowed):
        agree(world, made, by=world.iqa)
    with pytest.raises(NotAllowed):
        agree(world, made, by=world.assessor)
    for _time in range(2):
        collecting.answer_end(made.pk, acting(world.admin), wish="restore", agrees=True)
    assert signed_in(world.assessor).get(addresses(file)[0]).status_code == 200
    assert not list(verify())


def test_nobody_ends_it_alone_whatever_roles_they_have(world: World):
    made = hide(world, sent_file(world))
    grant(world.iqa, world.provider, Role.PROVIDER_ADMIN)
    ask(world, made, "erase")
    with pytest.raises(NotAllowed):
        agree(world, made, by=world.iqa)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quarantine.objects.unscoped().update(
            ended_by=world.iqa, ended_as="provider_admin", ended_at="2026-11-27T10:00Z"
        )


def test_two_quality_assurers_do_not_end_it(world: World):
    made = hide(world, sent_file(world))
    grant(world.second_assessor, world.provider, Role.IQA)
    ask(world, made, "restore")
    with pytest.raises(NotAllowed, match="the other role"):
        agree(world, made, by=world.second_assessor)


def test_what_was_asked_can_be_refused_and_asked_anew(world: World):
    file = sent_file(world)
    made = hide(world, file)
    ask(world, made, "erase")
    with pytest.raises(OutOfTurn, match="already asked"):
        ask(world, made, "restore", by=world.admin)
    with pytest.raises(OutOfTurn, match="not asked for any more"):
        collecting.answer_end(made.pk, acting(world.admin), wish="restore", agrees=True)
    collecting.answer_end(made.pk, acting(world.admin), wish="erase", agrees=False)
    ask(world, made, "restore", by=world.admin)
    agree(world, made, by=world.iqa)
    assert signed_in(world.assessor).get(addresses(file)[0]).status_code == 200


def test_deleting_takes_the_bytes_and_keeps_name_size_hash_who_and_when(
    world: World, django_capture_on_commit_callbacks
):
    file = sent_file(world)
    pictures = [str(key) for key in Rendition.objects.unscoped().values_list("stored", flat=True)]
    made = hide(world, file)
    ask(world, made, "erase")
    with django_capture_on_commit_callbacks(execute=True):
        agree(world, made)
    erase_bytes(file.pk)
    erase_bytes(file.pk)
    for key in [str(file.stored.name), *pictures]:
        with pytest.raises(FileNotFoundError):
            storing.opened(key)
    kept = EvidenceFile.objects.unscoped().get(pk=file.pk)
    facts = ("name", "size_bytes", "sha256", "added_by_id", "added_at", "first_submitted_at")
    assert [getattr(kept, fact) for fact in facts] == [getattr(file, fact) for fact in facts]
    assert not FileText.objects.exists()
    assert not list(verify())
    assert signed_in(world.assessor).get(reverse("pages:file", args=[file.pk])).status_code == 409
    page = signed_in(world.assessor).get(reverse("pages:evidence", args=[file.evidence_id])).content.decode()
    assert "This file was deleted" in page
    with pytest.raises(OutOfTurn):
        hide(world, file)


def test_a_file_that_is_deleted_while_it_is_prepared_leaves_nothing(world: World):
    file = collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    made = hide(world, file, by=world.iqa)
    ask(world, made, "erase")
    agree(world, made)
    preparing.prepare(file.pk)
    jobs.prepare_what_waits.func()
    assert not Rendition.objects.unscoped().exists()
    assert not EvidenceFile.objects.unscoped().get(pk=file.pk).cleaned


def test_what_was_judged_stays_and_the_record_fits(world: World):
    file = sent_file(world)
    submission = file.submitted.get().submission
    hide(world, file)
    world.judge(submission, {"K1": "met"})
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    assert not list(verify())


def test_the_pages_of_hiding_lead_from_the_reason_to_the_end(world: World):
    file = sent_file(world)
    assessor, iqa, admin = (signed_in(world.people[who]) for who in ("assessor", "iqa", "admin"))
    assert "Hide this file" in assessor.get(reverse("pages:file-page", args=[file.pk])).content.decode()
    hide_page = reverse("pages:file-hide", args=[file.pk])
    token = str(uuid4())
    refused = assessor.post(hide_page, {"token": token, "reason": ""})
    assert (refused.status_code, "Say why." in refused.content.decode()) == (422, True)
    place = assessor.post(hide_page, {"token": token, "reason": "A patient’s name."}).url
    assert "Ask for this" not in assessor.get(place).content.decode()
    assert "ward.png" in iqa.get(reverse("pages:hidden-files")).content.decode()
    assert iqa.post(f"{place}ask/", {"wish": "", "reason": "Old."}).status_code == 422
    iqa.post(f"{place}ask/", {"wish": "erase", "reason": "It is a patient."})
    assert "Agree, and delete it" not in iqa.get(place).content.decode()
    assert "Agree, and delete it" in admin.get(place).content.decode()
    admin.post(f"{place}answer/", {"wish": "erase", "answer": "agree"})
    assert "A deleted file" in admin.get(place).content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_file_is_hidden_once_and_ended_once_by_whoever_is_first(world: World):
    file = sent_file(world)
    together(lambda: hide(world, file), lambda: hide(world, file, by=world.iqa))
    made = Quarantine.objects.unscoped().get()
    ask(world, made, "restore")
    together(
        lambda: agree(world, made),
        lambda: collecting.answer_end(made.pk, acting(world.admin), wish="restore", agrees=False),
        lambda: collecting.answer_end(made.pk, acting(world.iqa), wish="restore", agrees=False),
    )
    made.refresh_from_db()
    file.refresh_from_db()
    assert (file.withheld == "") == (made.ended_at is not None)
    assert not list(verify())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_opened_while_it_is_hidden_is_closed_from_then_on(world: World):
    file = sent_file(world)
    clients = [signed_in(world.people[who]) for who in ("apprentice", "assessor")]
    place = addresses(file)[0]
    together(lambda: hide(world, file), *(lambda client=client: client.get(place) for client in clients))
    assert [client.get(place).status_code for client in clients] == [409, 409]


def together(*acts):  # type: ignore[no-untyped-def]
    """Do these at the same moment; what is refused is refused."""
    start, faults = threading.Barrier(len(acts)), []

    def run(act):  # type: ignore[no-untyped-def]
        try:
            start.wait(30)
            act()
        except WorkflowError:
            pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_what_was_said_in_a_deleted_recording_is_gone_from_every_version_of_the_working_copy(world: World):
    file = draft_file(world)
    said = "Mrs Patient says good morning."
    collecting.set_transcript(file.pk, acting(world.apprentice), said)
    assessing.submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    versions = EvidenceVersion.objects.unscoped().filter(evidence=file.evidence_id)
    assert any(said in str(one.content) for one in versions)
    quarantine = hide(world, file)
    ask(world, quarantine, "erase")
    agree(world, quarantine)
    assert not any(said in str(one.content) for one in versions.all())
    snapshot = file.submitted.get().submission.snapshot
    assert snapshot.sha256 == digest(snapshot.content)


def test_staff_are_told_on_the_piece_when_a_hidden_file_is_uploaded_again(world: World):
    hide(world, sent_file(world))
    again = sent_file(world, title="Once more")
    words = "the same as one that was hidden or deleted before"
    pages = {
        "piece": reverse("pages:evidence", args=[again.evidence_id]),
        "review": reverse("pages:review", args=[again.submitted.get().submission_id]),
    }
    told = {
        (who, name)
        for who in ("apprentice", "assessor", "iqa", "admin", "mentor")
        for name, page in pages.items()
        if words in signed_in(world.people[who]).get(page).content.decode()
    }
    assert told == {(who, name) for who in ("assessor", "iqa", "admin") for name in pages}
    hide(world, again)
    assert words not in signed_in(world.assessor).get(pages["piece"]).content.decode()
