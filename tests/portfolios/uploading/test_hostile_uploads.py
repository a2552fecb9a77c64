"""Hostile and odd files, through the form and through the resumable door: refused by name, with nothing left behind."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from files import file_types
from files.file_types import MAX_FILES
from portfolios.models import EvidenceFile
from tests.factories import hostile
from tests.portfolios.tus import Door, left_behind

DOORS = ["form", "resumable"]


def bring(door: Door, how: str, name: str, content: bytes) -> HttpResponse:
    """Send a file by one of the doors."""
    if how == "resumable":
        return door.put(name, content)
    brought = SimpleUploadedFile("x", content, "image/png")
    brought._name = name  # as a hostile client writes it: Django would have cut it at the folders
    return door.form(brought, title="Kept", narrative="Kept too.")


def said(answer: HttpResponse) -> str:
    is_json = answer["Content-Type"] == "application/json"
    return answer.json()["message"] if is_json else html.unescape(answer.content.decode())


def test_what_does_harm_is_refused_by_name_at_the_resumable_door_and_leaves_nothing(door):
    """All in one test: the world is made once."""
    wrong = []
    for name, content in hostile.REFUSED:
        answer = door.put(name, content)
        if not 400 <= answer.status_code < 500 or name not in said(answer):
            wrong.append((name, content[:30], answer.status_code, said(answer)[:200]))
    assert wrong == []
    assert EvidenceFile.objects.count() == 0
    assert left_behind() == []


def test_what_does_harm_is_refused_by_name_in_a_form_and_leaves_nothing(door):
    """As many at once as a form may bring; each is named as often as it came."""
    wrong = []
    for start in range(0, len(hostile.REFUSED), MAX_FILES):
        batch = hostile.REFUSED[start : start + MAX_FILES]
        brought = [SimpleUploadedFile(name, content, "image/png") for name, content in batch]
        answer = door.form(brought, title="Kept", narrative="Kept too.")
        words = said(answer)
        wrong += [name for name, _content in batch if answer.status_code not in (413, 422) or f"“{name}”" not in words]
        kept = EvidenceFile.objects.values_list("name", flat=True)
        wrong += list(kept)
    assert wrong == []
    assert left_behind() == []


@pytest.mark.parametrize("how", DOORS)
def test_what_holds_something_else_as_well_comes_in_as_what_it_is_and_goes_out_harmless(door, how):
    for name, content in hostile.NEUTRALISED:
        assert bring(door, how, name, content).status_code in (204, 302), name
    for file in EvidenceFile.objects.all():
        answer = door.client.get(reverse("pages:file", args=[file.pk]))
        assert file_types.of_content_type(file.content_type)
        assert answer["Content-Type"].partition(";")[0] == file.content_type
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert EvidenceFile.objects.count() == len(hostile.NEUTRALISED)
    assert left_behind() == []


def test_what_only_looks_a_little_like_harm_comes_in(door, world):
    refused = []
    for number, (name, content) in enumerate(hostile.HARMLESS):
        if number % 10 == 0:
            door = Door(door.client, world.apprenticeship)
        answer = bring(door, "resumable", name, content)
        if answer.status_code != 204:
            refused.append((name, said(answer)))
    assert refused == []


@pytest.mark.parametrize("how", DOORS)
def test_odd_names_are_kept_clean(door, how):
    found = []
    for number, (sent, kept) in enumerate(hostile.ODD_NAMES):
        # No boundary of a form can carry these two; the resumable door can.
        if how == "form" and any(odd in sent for odd in "\r\n\0"):
            continue
        assert bring(door, how, sent, b"Note %d" % number).status_code in (204, 302), sent
        file = EvidenceFile.objects.latest("added_at")
        found.append((sent, file.name) if file.name != kept else None)
        assert sent[:20] not in file.stored.name
    assert list(filter(None, found)) == []
    page = door.client.get(reverse("pages:evidence-edit", args=[door.evidence_id])).content.decode()
    assert "<img src=x" not in page


@pytest.mark.parametrize("how", DOORS)
def test_the_senders_word_on_the_type_decides_nothing(door, how):
    answer = bring(door, how, "photo.png", b"<svg onload=alert(1)>")
    assert answer.status_code == 422


def test_twenty_one_files_in_one_form_are_twenty_and_a_message(door):
    answer = door.form([SimpleUploadedFile(f"{n}.txt", b"Note %d" % n) for n in range(21)])
    assert answer.status_code == 422
    assert "You chose 21 files" in said(answer)
    assert EvidenceFile.objects.count() == 20


@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"\xed\xa0\x80.txt", b"", b"\0"])
def test_a_name_that_is_no_text_is_refused_or_made_one(door, name):
    answer = door.announce(name, 5)
    assert answer.status_code in (400, 415)
    assert answer.json()["message"]
