"""Everything of a provider leaves as files: whole, signed, importable, and without what the admin may not open."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from assessments import workflow as assessing
from assessments.models import Decision
from audit.models import Chain, Entry
from audit.verification import verify as verify_record
from core.errors import NotAllowed, OutOfTurn
from files import storing
from jobs.working import work_off
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Evidence
from portfolios.processing import preparing
from programme.models import OffTheJobEntry
from reports.exports.models import Export, ExportState
from reports.exports.workflow import download_export
from reports.pack import keys
from reports.pack.verifying import verify
from reports.provider import parts
from reports.provider.tables import POINTED, SECRET, TABLES
from reports.provider.workflow import ask_for_provider_export
from tests.assessments import voice
from tests.factories.files import upload
from tests.portfolios import hiding
from tests.portfolios.processing.test_preparing import SECRETS, photo
from tests.programme import filing, learning
from tests.reports.conftest import just_signed_in
from tests.reports.portfolio.moving import bring, fill, learner, picture
from tests.reports.portfolio.test_moving import another_world
from tests.world import OWN_WORK, World, acting, make_world

pytestmark = pytest.mark.django_db

#: Models of which no table is in it, and why.
LEFT_OUT = {
    "accounts.LearnerImport": "rows of a file, which go when it is imported",
    "apprenticeships.LearnerImport": "rows of a file, which go when it is imported",
    "apprenticeships.ProgrammeRules": "the installation's",
    "apprenticeships.PublishedHours": "the installation's",
    "assessments.Comment": "an assessor's own",
    "assessments.QueuePlace": "notes under way",
    "assessments.ReviewDraft": "notes under way",
    "assessments.Sketch": "worked out again from what is in it",
    "assessments.SketchBand": "worked out again from what is in it",
    "assessments.VoiceDraft": "notes under way",
    "notifications.Choice": "a person's own",
    "notifications.Letter": "a person's own",
    "notifications.Notice": "a person's own",
    "notifications.ReadTo": "the installation's",
    "portfolios.Capture": "the apprentice's own until they send the piece",
    "portfolios.Claim": "the apprentice's own until they send the piece; then it is in submittedclaim",
    "portfolios.EvidenceVersion": "the apprentice's own until they send the piece; then it is in snapshot",
    "portfolios.FileText": "worked out again from the file",
    "portfolios.Marker": "the apprentice's own until they send the piece; then it is in snapshot",
    "portfolios.Rendition": "worked out again from the file",
    "portfolios.SuggestionAnswer": "the apprentice's own",
    "portfolios.Upload": "an upload under way",
    "programme.PlanDraft": "notes under way",
    "programme.ReviewNotes": "notes under way",
    "programme.ScanDraft": "notes under way",
    "reports.GatewayReadiness": "worked out each hour from what is in it",
    "reports.PortfolioArrival": "a portfolio on its way in",
    "reports.ReportMailing": "filters",
    "reports.RetentionReminder": "that a mail was sent",
    "reports.SavedView": "filters",
}
OURS = {"accounts", "apprenticeships", "assessments", "notifications", "portfolios", "programme", "reports", "signing"}


def test_every_table_is_in_it_or_left_out_for_a_reason_and_no_secret_is():
    written = {table.model._meta.label for table in (*TABLES, *POINTED)}
    every = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    assert every - written - LEFT_OUT.keys() == set()
    assert not written & LEFT_OUT.keys()
    columns = {column for table in (*TABLES, *POINTED) for column in table.columns}
    assert not columns & SECRET
    assert not {column for column in columns if "token" in column or "secret" in column or "password" in column}


def made(world: World) -> list[Export]:
    """What an admin gets."""
    exports = ask_for_provider_export(acting(world.admin))
    work_off()
    for export in exports:
        export.refresh_from_db()
        assert export.state == ExportState.READY, export.failure
    return exports


def opened(export: Export) -> dict[str, bytes]:
    with storing.opened(str(export.stored.name)) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def table(found: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found[f"tables/{name}.csv"].decode("utf-8-sig"))))


@pytest.mark.django_db(transaction=True)
def test_a_provider_leaves_with_everything_and_another_site_takes_each_portfolio(tmp_path):
    world = make_world()
    fill(world)
    piece = world.draft("S1", title="With a photo")
    preparing.prepare(collecting.add_file(piece.pk, acting(world.apprentice), upload("photo.jpg", photo("JPEG"))).pk)
    world.judge(assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK), {"S1": "not_yet"})
    referred = Evidence.objects.unscoped().get(title="Comes back")
    words = EvidenceContent.written(title="Comes back", narrative="Words that nobody has seen yet.")
    collecting.revise_evidence(referred.pk, acting(world.apprentice), content=words, revision=referred.revision)
    learning.log(world, note="Reading about interviews")
    voice.spoken(world, title="Spoken of")
    filing.ready(world, title="Agreement to read")
    filing.ready(world, title="For quality alone", readers=("for_quality",))
    filing.plan(world, need="More time to read")
    export = made(world)[0]
    with storing.opened(str(export.stored.name)) as file:
        report = verify(io.BytesIO(file.read()), keys.public_keys())
    assert report.is_good, (report.malformed, report.altered, report.untrusted)
    found = opened(export)
    head, *entries = found["data/record.jsonl"].decode().splitlines()
    assert json.loads(head)["size"] == len(entries) == report.entry_count > 50
    assert len(table(found, "decision")) == Decision.objects.unscoped().filter(claim__provider=world.provider).count()
    assert len(table(found, "offthejobentry")) == OffTheJobEntry.objects.unscoped().count()
    assert {one["id"] for one in table(found, "apprenticeship")} == {
        str(pk) for pk in Apprenticeship.objects.unscoped().filter(provider=world.provider).values_list("pk", flat=True)
    }
    assert world.assessor.name in {one["name"] for one in table(found, "user")}
    assert "K1" in {one["code"] for one in table(found, "ksb")}
    folder = f"learners/{world.apprentice.name}"
    assert any(name.startswith(f"{folder}/documents/") for name in found)
    assert any(name.startswith(f"{folder}/spoken-feedback/") for name in found)
    inside = zipfile.ZipFile(io.BytesIO(found[f"{folder}/portfolio.zip"]))
    everything = b"\n".join([*found.values(), *(inside.read(name) for name in inside.namelist())]).decode("latin-1")
    assert "Reading about interviews" in everything
    for not_theirs in ("Words that nobody", "More time to read", "For quality alone", world.other_admin.name):
        assert not_theirs not in everything
    titles = {json.loads(inside.read(name))["title"] for name in inside.namelist() if "/evidence/" in name}
    assert {"Comes back", "With a photo", "Waits"} <= titles
    assert not {"A draft", "Unsent"} & titles
    assert not list(verify_record())
    assert not any(secret.decode() in everything for secret in SECRETS)
    before = picture(world.apprenticeship)["decisions"]

    path = Path(tmp_path / "portfolio.zip")
    path.write_bytes(found[f"{folder}/portfolio.zip"])
    world = another_world()
    here = learner(world, bring(world, path, keys=tuple(keys.public_keys())))
    assert picture(here)["decisions"] == before
    assert not list(verify_record())


def test_only_admins_have_it_asked_twice_it_is_one_and_it_is_recorded(world: World):
    for person in (world.apprentice, world.assessor, world.iqa, world.viewer, world.mentor):
        with pytest.raises(NotAllowed):
            ask_for_provider_export(acting(person))
    first = ask_for_provider_export(acting(world.admin))
    assert ask_for_provider_export(acting(world.admin)) == first
    work_off()
    actions = list(Entry.objects.filter(subject=str(first[0].pk)).order_by("sequence").values_list("action", flat=True))
    assert actions == ["export.asked", "export.made"]
    client = just_signed_in(Client(), world.admin)
    page = client.get(reverse("pages:provider-export")).content.decode()
    assert "will be deleted on" in page
    got = client.get(reverse("pages:export-download", args=[first[0].pk]))
    assert got.status_code == 200
    # An old sign-in asks again before anything is made.
    stale = Client()
    stale.force_login(world.admin)
    count = Export.objects.unscoped().count()
    assert "reauthenticate" in stale.post(reverse("pages:provider-export"))["Location"]
    assert Export.objects.unscoped().count() == count


def test_what_is_very_much_comes_in_parts_that_hold_each_learner_once(world: World, monkeypatch):
    world.judged({"K1": "met"})
    monkeypatch.setattr(parts, "PART_FILES", 1)
    exports = made(world)
    learners = [name.split("/")[1] for export in exports for name in opened(export) if name.endswith("portfolio.zip")]
    count = Apprenticeship.objects.unscoped().filter(provider=world.provider).count()
    assert len(exports) == len(learners) == len(set(learners)) == count > 1
    assert [any(name.startswith("tables/") for name in opened(export)) for export in exports] == [True] + [False] * (
        count - 1
    )
    assert len({export.name for export in exports}) == count
    for export in exports:
        with storing.opened(str(export.stored.name)) as file:
            assert verify(io.BytesIO(file.read()), keys.public_keys()).is_good
    assert set(ask_for_provider_export(acting(world.admin))).isdisjoint(exports)


def test_a_changed_entry_of_the_whole_record_is_named(world: World, tmp_path):
    export = made(world)[0]
    found = opened(export)
    lines = found["data/record.jsonl"].decode().splitlines(keepends=True)
    assert Chain.objects.get(pk=world.provider.pk).sequence > 1
    for cut in (lines[:-1], [lines[0], *lines[2:]], [lines[0], lines[2], lines[1], *lines[3:]]):
        path = tmp_path / "cut.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in (found | {"data/record.jsonl": "".join(cut).encode()}).items():
                archive.writestr(f"Root/{name}", content)
        with path.open("rb") as file:
            altered = verify(file, keys.public_keys()).altered
        assert any("not the whole record" in one for one in altered)


def test_a_file_that_is_hidden_afterwards_stops_the_download(world: World):
    sent = hiding.sent_file(world, title="With a patient")
    export = made(world)[0]
    hiding.hide(world, sent)
    with pytest.raises(OutOfTurn, match="hidden after"):
        download_export(export.pk, acting(world.admin))
