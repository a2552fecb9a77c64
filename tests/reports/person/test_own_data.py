"""Everything that is held about one person, for themself: whole, readable, and without what is not theirs."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments import workflow as assessing
from audit.verification import verify as verify_record
from core.actor import Actor
from core.errors import NotAllowed
from files import storing
from jobs.working import work_off
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile
from portfolios.processing import preparing
from programme.workflow import keep_notes
from reports.exports.models import Export, ExportState
from reports.exports.workflow import download_export
from reports.person.sections import SECTIONS
from reports.person.workflow import ask_for_own_data
from tests.assessments import quality, voice
from tests.factories.files import make_png
from tests.portfolios import hiding
from tests.programme import attaining, filing, learning, reviewing
from tests.reports.conftest import just_signed_in
from tests.signing.people import ask_witness
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def of(person: User) -> dict[str, str]:
    """What a person gets: the text of each entry by its path within the folder; bytes in Latin-1."""
    export = ask_for_own_data(Actor(person.pk))
    work_off()
    export.refresh_from_db()
    assert export.state == ExportState.READY, export.failure
    with storing.opened(str(export.stored.name)) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        read = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    return {
        name: content.decode() if name.endswith((".html", ".json")) else content.decode("latin-1")
        for name, content in read.items()
    }


def rows(found: dict[str, str], name: str) -> list[dict[str, object]]:
    return json.loads(found[f"data/{name}.json"])


@pytest.fixture
def lived(world: World) -> World:
    """A learner with something of most kinds, and staff who wrote about them for themselves alone."""
    first = world.judged({"K1": "met", "S1": "not_yet"}, title="Advert for a baker")
    ask_witness(world, first)
    file = collecting.add_file(world.draft("K2", title="Only a draft").pk, acting(world.apprentice), make_png())
    preparing.prepare(file.pk)
    collecting.discard_evidence(world.draft(title="Put aside").pk, acting(world.apprentice))
    voice.spoken(world, title="Spoken of")
    learning.log(world, note="Reading about interviews")
    attaining.both(world)
    filing.ready(world, title="Agreement to read")
    filing.ready(world, title="For staff alone", readers=("for_admins",))
    filing.plan(world, need="More time to read")
    reviewing.signed_by_all(world)
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    sample = quality.plan(world).samples.filter(decision__claim__ksb__code="K1").first()
    quality.act_on(world, sample, reopen_because="Too thin.")
    secret = hiding.hide(world, hiding.sent_file(world, title="With a patient"))
    assert secret.reason
    begun = reviewing.plan(world)
    keep_notes(begun.pk, acting(world.assessor), revision=0, words={"section_training": "Not finished, for me alone"})
    return world


def test_an_apprentice_gets_all_of_theirs_and_nothing_that_they_do_not_see(lived: World):
    found = of(lived.apprentice)
    assert rows(found, "account")[0]["email"] == "apprentice@example.test"
    assert rows(found, "hours")[0]["note"] == "Reading about interviews"
    assert rows(found, "learning-support")[0]["need"] == "More time to read"
    assert [row["title"] for row in rows(found, "documents")] == ["Agreement to read"]
    assert rows(found, "documents-to-sign")[0]["content"]["hidden"]
    assert rows(found, "spoken-feedback")[0]["words"] == voice.SAID
    titles = {json.loads(text)["title"] for name, text in found.items() if "/evidence/" in name}
    assert {"Advert for a baker", "Only a draft", "Put aside"} <= titles
    bytes_of = EvidenceFile.objects.unscoped().get(evidence__title="Only a draft")
    assert f"portfolio-1/files/{bytes_of.pk}.png" in found
    assert any(name.startswith("documents/") for name in found)
    assert any(name.startswith("spoken-feedback/") for name in found)
    told = rows(found, "record-about-you")
    assert {"Assessor", "Admin"} <= {row["who"] for row in told}
    assert "made a decision on a KSB" in {row["did"] for row in told}
    page = found["portfolio-1/index.html"]
    assert "Advert for a baker" in page
    assert "Not yet" in page
    everything = "\n".join(found.values())
    for not_theirs in (
        "For staff alone",
        "The advert shows no date.",
        "Ask for the date.",
        "A patient’s name is on the chart",
        "Not finished, for me alone",
        lived.second_apprentice.name,
        lived.second_apprentice.email,
        "hid a file from everybody",
        "drew a sample",
    ):
        assert not_theirs not in everything
    assert not list(verify_record())


def test_staff_and_employers_get_what_is_about_them_and_no_learners(lived: World):
    for person, did in ((lived.assessor, "made a decision on a KSB"), (lived.mentor, "signed")):
        found = of(person)
        assert rows(found, "roles")
        assert did in {row["did"] for row in rows(found, "record-of-you")}
        everything = "\n".join(found.values())
        assert lived.apprentice.name + "<" not in everything
        assert lived.apprentice.email not in everything
        assert "Advert for a baker" not in everything


def test_every_page_of_it_can_be_read_without_a_program(lived: World):
    found = of(lived.apprentice)
    index = found["index.html"]
    pages = [section.name for section in SECTIONS if f"pages/{section.name}.html" in found]
    assert {"account", "hours", "documents-to-sign"} <= set(pages)
    for name in pages:
        assert f'href="pages/{name}.html"' in index
        assert found[f"pages/{name}.html"].count("<tr>") == len(rows(found, name)) + 1
    assert "Enrolments that were undone" in index.partition("We have nothing of these")[2]


def test_it_is_asked_for_on_ones_own_page_with_ones_password_and_is_ones_own_alone(world: World):
    address = reverse("pages:own-data")
    client = Client()
    client.force_login(world.mentor)
    assert address in client.get(reverse("pages:profile")).content.decode()
    assert "reauthenticate" in client.post(address)["Location"]
    just_signed_in(client, world.mentor)
    for _ in range(2):
        assert client.post(address)["Location"] == address
    export = Export.objects.unscoped().get()
    work_off()
    export.refresh_from_db()
    assert (export.provider, export.state) == (None, ExportState.READY)
    assert export.name in client.get(address).content.decode()
    assert client.get(reverse("pages:export-download", args=[export.pk])).status_code == 200
    with pytest.raises(NotAllowed):
        download_export(export.pk, acting(world.admin))
    other = Client()
    other.force_login(world.admin)
    assert other.get(reverse("pages:export-download", args=[export.pk])).status_code == 404
    assert client.post(reverse("pages:export-delete", args=[export.pk]))["Location"] == address
