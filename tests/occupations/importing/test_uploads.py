"""Importing from the page: nothing is written before it is confirmed, and it is confirmed once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import NotAllowed
from occupations import uploads
from occupations.importing.known_formats import FORMATS
from occupations.importing.preview import Source, preview
from occupations.importing.writing import write
from occupations.models import ImportDraft, ImportDraftFile, Revision, StandardVersion
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.occupations.pages import SEED, SEED_BYTES, line_of, read, with_line_after
from tests.world import acting, person

pytestmark = pytest.mark.django_db

IMPORT = "/standards/import/"


@pytest.fixture
def keeper():
    return person("keeper", (None, Role.CATALOGUE_KEEPER))


@pytest.fixture
def signed_in(client, keeper):
    client.force_login(keeper)
    return client


def upload(client, *files: tuple[str, bytes], **fields):
    return client.post(IMPORT, {"files": [SimpleUploadedFile(name, content) for name, content in files]} | fields)


def counts() -> list[int]:
    """Versions, revisions, and entries about them and about uploads."""
    return [StandardVersion.objects.count(), Revision.objects.count(), imports().count()]


def imports():
    return Entry.objects.filter(action__regex="^(standard_version|import_draft)").order_by("sequence")


def test_a_file_is_looked_at_and_then_brought_in(signed_in, keeper):
    answer = upload(signed_in, ("ST0321.txt", SEED_BYTES))
    assert answer.status_code == 302
    page = signed_in.get(answer.url)
    assert page.status_code == 200
    assert "ST0321 Recruitment resourcer" in page.content.decode()
    assert "New version" in page.content.decode()
    assert counts() == [0, 0, 0]
    draft = ImportDraft.objects.get()
    done = signed_in.post(reverse("pages:import-confirm", args=[draft.pk]))
    assert "imported" in signed_in.get(done.url).content.decode()
    assert StandardVersion.objects.get().title == "Recruitment resourcer"
    assert [(entry.action, entry.actor_person) for entry in imports()] == [
        ("standard_version.imported", keeper.pk),
        ("import_draft.confirmed", keeper.pk),
    ]
    assert list(verify()) == []
    assert not ImportDraftFile.objects.exists()


def test_pasted_text_is_as_good_as_a_file(signed_in):
    answer = signed_in.post(IMPORT, {"text": SEED})
    signed_in.post(reverse("pages:import-confirm", args=[ImportDraft.objects.get().pk]))
    assert StandardVersion.objects.get().source_name == "pasted-text.txt"
    assert answer.status_code == 302


def test_several_files_come_in_together(signed_in):
    other = SEED.replace("0321", "0322").encode()
    page = signed_in.get(upload(signed_in, ("a.txt", SEED_BYTES), ("b.txt", other)).url)
    assert "Import 2 standards" in page.content.decode()


def test_confirming_twice_imports_once(signed_in):
    upload(signed_in, ("ST0321.txt", SEED_BYTES))
    address = reverse("pages:import-confirm", args=[ImportDraft.objects.get().pk])
    first, second = signed_in.post(address), signed_in.post(address)
    assert first.url == second.url
    assert counts() == [1, 0, 2]


def test_the_preview_shows_the_difference_to_what_is_held(signed_in):
    write(read(with_line_after(SEED, "Status: ", "Version: 1.0").replace("K4: Recruitment", "K4: Modern recruitment")))
    before = counts()
    page = signed_in.get(upload(signed_in, ("ST0321.txt", SEED_BYTES)).url).content.decode()
    assert "a suggested change" in page
    assert "1 reworded" in page
    assert "<del>" in page
    assert counts() == before


def test_a_new_version_is_shown_beside_the_one_that_is_held(signed_in):
    write(read(SEED))
    later = with_line_after(SEED, "Status: ", "Version: 1.1").replace("K4: Recruitment", "K4: Modern recruitment")
    page = signed_in.get(upload(signed_in, ("ST0321.txt", later.encode())).url).content.decode()
    assert "Compared with version 1.0" in page
    assert "1 reworded" in page


def test_what_is_held_already_is_not_brought_in(signed_in):
    write(read(SEED))
    page = signed_in.get(upload(signed_in, ("ST0321.txt", SEED_BYTES)).url).content.decode()
    assert "nothing to import" in page
    assert "Import" not in page


def test_a_text_that_waits_as_a_revision_is_not_called_held(signed_in):
    write(read(with_line_after(SEED, "Status: ", "Version: 1.0")))
    write(read(SEED.replace("K4: Recruitment", "K4: Modern recruitment")))
    revision = reverse("pages:revision", args=[Revision.objects.get().pk])
    again = SEED.replace("K4: Recruitment", "K4: Modern recruitment").encode()
    page = signed_in.get(upload(signed_in, ("ST0321.txt", again)).url).content.decode()
    assert "Already suggested" in page
    assert "with the same wording" not in page
    assert revision in page


def test_what_would_only_be_recorded_is_not_said_to_be_brought_in(signed_in):
    write(read(with_line_after(SEED, "Status: ", "Version: 1.0")))
    other = SEED.replace("K4: Recruitment", "K4: Modern recruitment").encode()
    page = signed_in.get(upload(signed_in, ("ST0321.txt", other)).url).content.decode()
    assert "Save 1 suggested change" in page
    assert "Import" not in page


def test_a_refusal_says_that_the_files_are_to_be_chosen_again(signed_in):
    assert "choose your files again" in upload(signed_in, ("odd.txt", b"hello")).content.decode()
    assert "choose your files again" not in signed_in.post(IMPORT, {"text": "hello"}).content.decode()


def test_notes_are_shown_by_line(signed_in):
    page = signed_in.get(upload(signed_in, ("ST0321.txt", SEED_BYTES)).url).content.decode()
    assert "names no version" in page
    assert "ST0321.txt, line" in page


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{}", b"[]", b"\x00\xff\xfe", b"PK\x03\x04", b"<html></html>", b"a,b"]
)
def test_what_cannot_be_read_is_refused_by_file(signed_in, content):
    answer = upload(signed_in, ("odd.txt", content))
    assert answer.status_code == 422
    assert counts() == [0, 0, 0]
    assert not ImportDraft.objects.exists()


def test_a_refused_page_names_its_lines_and_keeps_what_was_pasted(signed_in):
    spoilt = SEED.replace("K5: ", "K4: ")
    page = signed_in.post(IMPORT, {"text": spoilt})
    assert page.status_code == 422
    text = page.content.decode()
    assert "pasted-text.txt, line" in text
    assert "Recruitment resourcer" in text
    assert line_of(SEED, "K5: ") > 0


@pytest.mark.parametrize(
    "fields", [{}, {"text": "  "}, {"text": "a\0b"}, {"text": "x" * 1_000_001}, {"text": "x", "format": "nope"}]
)
def test_a_form_that_brings_nothing_usable_says_so(signed_in, fields):
    page = signed_in.post(IMPORT, fields)
    assert page.status_code == 422
    assert "is-invalid" in page.content.decode()


def test_too_many_files_are_refused(signed_in):
    assert upload(signed_in, *[(f"{n}.txt", SEED_BYTES) for n in range(21)]).status_code in (302, 422)


def test_files_that_are_too_large_together_are_refused(signed_in, monkeypatch):
    monkeypatch.setattr("pages.catalogue.forms.MAX_BYTES", 1_000)
    page = upload(signed_in, ("ST0321.txt", SEED_BYTES))
    assert page.status_code == 422
    assert "total size must be" in page.content.decode()


def test_one_bad_file_does_not_keep_the_others_out(signed_in):
    page = signed_in.get(upload(signed_in, ("bad.txt", b"hello"), ("ST0321.txt", SEED_BYTES)).url)
    assert page.status_code == 200
    assert "bad.txt" in page.content.decode()
    assert "Import 1 standard" in page.content.decode()


def test_an_upload_that_no_field_takes_is_refused_on_the_preview(signed_in):
    page = signed_in.get(upload(signed_in, ("a.txt", SEED.replace("inventory_2Occ", "O" * 101).encode())).url)
    assert page.status_code == 422
    assert "a.txt, line 30" in page.content.decode()
    assert counts() == [0, 0, 0]


def test_an_upload_can_be_discarded(signed_in):
    upload(signed_in, ("ST0321.txt", SEED_BYTES))
    draft = ImportDraft.objects.get()
    assert signed_in.post(reverse("pages:import-discard", args=[draft.pk])).url == IMPORT
    assert not ImportDraft.objects.exists()
    assert signed_in.post(reverse("pages:import-confirm", args=[draft.pk])).status_code == 404


def test_an_upload_is_for_its_owner_alone(signed_in, client):
    draft = uploads.keep([Source("a.txt", SEED_BYTES)], acting(MembershipFactory(keeper=True).user))
    assert signed_in.get(reverse("pages:import-preview", args=[draft.pk])).status_code == 404
    for act in ("import-confirm", "import-discard"):
        assert signed_in.post(reverse(f"pages:{act}", args=[draft.pk])).status_code == 404
    assert counts() == [0, 0, 0]


def test_who_is_no_longer_an_admin_cannot_confirm(keeper):
    draft = uploads.keep([Source("a.txt", SEED_BYTES)], acting(keeper))
    keeper.memberships.update(ended_on=clock.today())
    with pytest.raises(NotAllowed):
        uploads.confirm(draft.pk, acting(keeper))
    assert counts() == [0, 0, 0]


def test_who_is_not_an_admin_cannot_upload(client):
    client.force_login(MembershipFactory().user)
    assert client.get(IMPORT).status_code == 403
    assert upload(client, ("ST0321.txt", SEED_BYTES)).status_code == 403
    with pytest.raises(NotAllowed):
        uploads.keep([Source("a.txt", SEED_BYTES)], acting(UserFactory()))


def test_an_upload_goes_when_its_time_is_over(signed_in):
    upload(signed_in, ("ST0321.txt", SEED_BYTES))
    draft = ImportDraft.objects.get()
    ImportDraft.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert signed_in.get(reverse("pages:import-preview", args=[draft.pk])).status_code == 409
    assert signed_in.post(reverse("pages:import-confirm", args=[draft.pk])).status_code == 409
    upload(signed_in, ("ST0321.txt", SEED_BYTES))
    assert not ImportDraft.objects.filter(pk=draft.pk).exists()


def test_more_standards_than_a_page_shows_are_left_to_the_command(keeper, monkeypatch):
    monkeypatch.setattr("occupations.importing.preview.MAX_STANDARDS", 1)
    found = preview(
        [Source("a.txt", SEED_BYTES), Source("b.txt", SEED.replace("0321", "0322").encode())], acting(keeper)
    )
    assert [coming.draft.reference for coming in found.coming] == ["ST0321"]
    assert "use the command" in found.errors[0].reason


def test_a_table_that_names_no_standard_comes_in_with_the_reference_that_is_given(signed_in):
    table = ("list.csv", b"code,statement\nK1,Flours\nS1,Bake")
    answer = upload(signed_in, table)
    assert answer.status_code == 422
    assert "Give its reference" in answer.content.decode()
    assert upload(signed_in, table, reference="ST12").status_code == 422
    answer = upload(signed_in, table, reference="st0777", version="1.2")
    page = signed_in.get(answer.url).content.decode()
    assert "ST0777" in page
    signed_in.post(reverse("pages:import-confirm", args=[ImportDraft.objects.get().pk]))
    assert StandardVersion.objects.get().version == "1.2"


def test_the_page_offers_every_format(signed_in):
    page = signed_in.get(IMPORT).content.decode()
    assert all(f'value="{known.name}"' in page for known in FORMATS)


def test_the_pages_of_the_catalogue_are_marked_in_the_navigation(signed_in):
    for path in (IMPORT, "/standards/revisions/"):
        assert 'aria-current="true"' in signed_in.get(path).content.decode()
