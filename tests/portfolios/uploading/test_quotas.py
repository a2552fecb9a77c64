"""Room is reserved before the bytes come, and no number of uploads at once gets past it."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core import clock
from core.errors import Incomplete
from portfolios import quotas, workflow
from portfolios.models import EvidenceFile, PortfolioPolicy, Upload
from portfolios.quotas import QuotaReached
from tests.factories.files import make_text
from tests.queries import query_count
from tests.world import acting, make_world

KILOBYTE = 1024


def limit(world, apprentice=10**12, provider=10**12):
    PortfolioPolicy.objects.update_or_create(
        provider=world.provider,
        defaults={"apprentice_quota_bytes": apprentice, "provider_quota_bytes": provider},
    )


def begin(apprenticeship, piece, size=KILOBYTE, name="notes.txt"):
    return workflow.begin_upload(
        apprenticeship.pk,
        piece.pk,
        acting(apprenticeship.apprentice),
        upload_id=uuid4(),
        name=name,
        size_bytes=size,
    )


def taken(world):
    apprenticeship = Apprenticeship.objects.get(pk=world.apprenticeship.pk)
    return quotas.room_of_apprentice(apprenticeship).taken_bytes


def test_what_is_announced_takes_room_before_a_byte_comes(world):
    limit(world, apprentice=3 * KILOBYTE)
    piece = world.draft("K1")
    for _ in range(3):
        begin(world.apprenticeship, piece)
    with pytest.raises(QuotaReached, match="You have 0\xa0bytes left of 3.0\xa0KB"):
        begin(world.apprenticeship, piece, size=1)


def test_a_provider_has_a_quota_over_all_its_apprentices(world):
    limit(world, provider=3 * KILOBYTE)
    begin(world.apprenticeship, world.draft("K1"), size=2 * KILOBYTE)
    with pytest.raises(QuotaReached, match="Your training provider has run out of storage"):
        begin(world.second, world.draft("K1", apprenticeship=world.second), size=2 * KILOBYTE)


def test_another_providers_apprentices_do_not_count(world):
    limit(world, provider=3 * KILOBYTE)
    begin(world.elsewhere, world.draft("K1", apprenticeship=world.elsewhere), size=100 * KILOBYTE)
    begin(world.apprenticeship, world.draft("K1"), size=3 * KILOBYTE)


def test_what_was_given_up_or_ran_out_leaves_its_room(world):
    piece = world.draft("K1")
    upload = begin(world.apprenticeship, piece)
    begin(world.apprenticeship, piece)
    workflow.cancel_upload(upload.pk, acting(world.apprentice))
    assert taken(world) == KILOBYTE
    with clock.at(clock.now() + timedelta(hours=25)):
        assert taken(world) == 0


def test_a_file_that_arrived_takes_its_room_once_and_one_taken_off_still_does(world):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_text())
    assert taken(world) == file.size_bytes
    workflow.remove_file(file.pk, acting(world.apprentice))
    assert taken(world) == file.size_bytes


def test_the_form_obeys_the_quota_too_and_keeps_the_words(client, world):
    limit(world, apprentice=10)
    client.force_login(world.apprentice)
    piece = world.draft("K1")
    answer = client.post(
        reverse("pages:evidence-edit", args=[piece.pk]),
        {"revision": "1", "title": "Typed long", "files": make_text(), "save": "1"},
    )
    assert answer.status_code == 422
    assert "There is not enough space for this file" in answer.content.decode()
    assert "Typed long" in answer.content.decode()
    assert EvidenceFile.objects.count() == 0


def test_the_form_says_how_much_room_is_left(client, world):
    limit(world, apprentice=10 * KILOBYTE)
    begin(world.apprenticeship, world.draft("K1"))
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:evidence-new", args=[world.apprenticeship.pk])).content.decode()
    assert "You have 9.0\xa0KB of 10.0\xa0KB left" in page


def test_the_list_of_files_costs_the_same_for_one_and_for_ten(client, world):
    client.force_login(world.apprentice)
    piece = world.draft("K1")
    counts = []
    for number in range(10):
        workflow.add_file(piece.pk, acting(world.apprentice), make_text(f"{number}.txt", f"Note {number}"))
        if number in (0, 9):
            counts.append(query_count(client, reverse("pages:evidence-files", args=[piece.pk])))
    assert counts[0] == counts[1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_uploads_announced_at_once_cannot_pass_the_quota_together():
    world = make_world()
    limit(world, apprentice=3 * KILOBYTE)
    pieces = [world.draft("K1", title=f"Piece {number}") for number in range(6)]
    said = []
    gate = threading.Barrier(len(pieces))

    def announce(piece):
        gate.wait()
        try:
            begin(world.apprenticeship, piece)
            said.append("begun")
        except Incomplete as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=announce, args=[piece]) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["QuotaReached"] * 3 + ["begun"] * 3
    assert Upload.objects.count() == 3
    connection.close()
