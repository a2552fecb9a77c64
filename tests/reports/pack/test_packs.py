"""Having a pack made: who may, what is in it and what is not, and what becomes of it."""

import io
import json
import re
import zipfile
from ctypes.util import find_library
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from assessments.workflow import take_back
from audit.models import Entry
from audit.verification import verify as verify_record
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from files import storing
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile
from portfolios.processing import preparing
from reports.exports.models import Export, ExportState
from reports.exports.sweeping import sweep_exports
from reports.exports.workflow import delete_export, download_export
from reports.pack.verifying import in_words, verify
from reports.pack.workflow import ask_for_pack, choose_pieces
from tests.assessments.policies.test_countersigning import countersign, with_trainee
from tests.assessments.results import marking as results
from tests.assessments.sampling.test_checking import reopened
from tests.factories.files import make_mp3, make_png
from tests.pdfs import words_in
from tests.reports.pack.packing import asked, bytes_of, choose, keys_today, made, rules, witnessed
from tests.world import OWN_WORK, World, acting


class Addresses(HTMLParser):
    """The addresses and the scripts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def files_of(pack: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bytes_of(pack))) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def text_of(pack: Export) -> str:
    return "\n".join(content.decode(errors="replace") for content in files_of(pack).values())


def ready(world: World, **given) -> Export:
    choose(world, world.judged({"K1": "met"}).evidence_id)
    return asked(world, **given)


def test_the_assessor_and_admins_have_packs_made_and_nobody_else(world):
    choose(world, world.judged({"K1": "met"}).evidence_id)
    for who in set(world.people) - {"assessor", "admin"}:
        with pytest.raises(NotAllowed):
            ask_for_pack(world.apprenticeship.pk, acting(world.people[who]))
    world.past_gateway()
    for who in ("assessor", "admin"):
        assert asked(world, by=world.people[who]).state == ExportState.READY
    assert not list(verify_record())


def test_asked_twice_it_is_made_once_and_made_twice_it_is_kept_once(world):
    choose(world, world.judged({"K1": "met"}).evidence_id)
    first, again = (ask_for_pack(world.apprenticeship.pk, acting(world.assessor)) for _ in range(2))
    assert first == again
    for _ in range(2):
        made(first)
    assert Entry.objects.filter(action="export.made").count() == 1
    assert ask_for_pack(world.apprenticeship.pk, acting(world.assessor)) != first


def test_what_a_pack_needs_is_asked_for_first(world, settings):
    with pytest.raises(Incomplete):
        ask_for_pack(world.apprenticeship.pk, acting(world.assessor))
    choose(world, world.judged({"K1": "met"}).evidence_id)
    with pytest.raises(Incomplete) as refused:
        ask_for_pack(world.apprenticeship.pk, acting(world.assessor), uln="1234567890")
    assert refused.value.field == "uln"
    settings.PACK_KEY = ""
    with pytest.raises(OutOfTurn):
        ask_for_pack(world.apprenticeship.pk, acting(world.assessor))


def test_a_pack_shows_the_evidence_with_who_decided_signed_off_and_confirmed_what(world):
    submission = witnessed(world)
    choose(world, submission.evidence_id)
    pack = made(ask_for_pack(world.apprenticeship.pk, acting(world.assessor), uln="9276308686"))
    assert pack.name == "Apprentice 9276308686.zip"
    files = files_of(pack)
    piece = json.loads(next(content for path, content in files.items() if path.endswith("piece.json")))
    decisions = {(made["ksb"], made["outcome"], made["by"], made["stands"]) for made in piece["rounds"][0]["decisions"]}
    assert decisions == {
        ("K1", "met", "Assessor", True), ("S1", "not_yet", "Assessor", False), ("S1", "met", "Assessor", True),
    }  # fmt: skip
    assert piece["confirmations"][0]["signature"]["reference"]
    index = files["ksbs.csv"].decode("utf-8-sig")
    assert re.search(r"K1,.*region,the heading,Portfolio/.*screen shot\.png", index)
    data = json.loads(files["data/pack.json"])
    signed = {ksb["code"]: ksb["sign_offs"] for ksb in data["ksbs"]}
    assert signed["K1"][0]["by"] == "Assessor"
    assert data["about"]["plan"]["ksbs_missing"] == ["K2", "S2", "B1"]
    assert "Signed off by Assessor" in files["ksbs.html"].decode()
    assert "claim.decided" in files["data/record.jsonl"].decode()
    assert verify(io.BytesIO(bytes_of(pack)), keys_today()).is_good


def test_the_pages_of_a_pack_need_no_script_and_nothing_from_elsewhere(world):
    piece = world.draft("K1", title="<script>alert(1)</script>")
    choose(world, world.judge(_submitted(world, piece), {"K1": "met"}).evidence_id)
    files = files_of(asked(world))
    pages = {path: content.decode() for path, content in files.items() if path.endswith(".html")}
    assert len(pages) == 5
    for path, page in pages.items():
        found = Addresses(page)
        assert not found.tags & {"script", "iframe", "object", "form"}
        for address in found.found:
            assert not re.match(r"[a-z]+:|//|/", address), address
            assert _there(path, address) in files, address


@pytest.mark.skipif(find_library("pangoft2-1.0") is None, reason="Pango is not installed, so no PDF can be set")
def test_a_pack_has_its_summary_as_a_pdf(world):
    choose(world, witnessed(world).evidence_id)
    pack = made(ask_for_pack(world.apprenticeship.pk, acting(world.assessor)), with_pdf=True)
    assert "Portfolio of Apprentice" in words_in(files_of(pack)["summary.pdf"])


def _submitted(world: World, piece):
    from assessments.workflow import submit

    return submit(piece.pk, acting(world.apprentice), OWN_WORK)


def _there(page: str, address: str) -> str:
    from posixpath import dirname, join, normpath
    from urllib.parse import unquote

    return normpath(join(dirname(page), unquote(address)))


def test_what_was_not_chosen_not_reviewed_or_unsent_is_not_in_a_pack(world):
    kept = world.judged({"K1": "met"}, title="In the pack")
    world.judged({"K2": "met"}, title="Not chosen")
    world.submitted("S1", title="Waiting for review")
    take_back(world.submitted("S2", title="Unsent").pk, acting(world.apprentice))
    world.draft("B1", title="Private draft")
    dropped = world.judged({"S2": "met"}, title="Dropped again").evidence_id
    choose(world, kept.evidence_id, dropped)
    choose_pieces(world.apprenticeship.pk, acting(world.apprentice), {dropped: False})
    text = text_of(asked(world))
    assert "In the pack" in text
    for title in ("Not chosen", "Waiting for review", "Unsent", "Private draft", "Dropped again"):
        assert title not in text


def test_files_are_in_a_pack_as_others_get_them_and_those_nobody_may_open_are_left_out(world):
    piece = world.draft("K1")
    heard = collecting.add_file(piece.pk, acting(world.apprentice), make_mp3())
    closed = collecting.add_file(piece.pk, acting(world.apprentice), make_png("closed.png"))
    for file in (heard, closed):
        preparing.prepare(file.pk)
    choose(world, world.judge(_submitted(world, piece), {"K1": "met"}).evidence_id)
    EvidenceFile.objects.filter(pk=closed.pk).update(scan=EvidenceFile.Scan.INFECTED)
    heard.refresh_from_db()
    pack = asked(world)
    files = files_of(pack)
    with storing.opened(str(heard.cleaned.name)) as cleaned:
        assert cleaned.read() in files.values()
    assert not any(path.endswith("closed.png") for path in files)
    assert "failed the virus check" in text_of(pack)
    assert verify(io.BytesIO(bytes_of(pack)), keys_today()).is_good


def test_what_an_assessor_in_training_decided_counts_once_it_is_countersigned(world):
    with_trainee(world)
    submission = world.judged({"K1": "met"})
    choose(world, submission.evidence_id)
    not_yet = files_of(asked(world))
    assert "K1" in json.loads(not_yet["data/pack.json"])["about"]["plan"]["ksbs_missing"]
    countersign(world, submission)
    files = files_of(asked(world))
    assert "K1" not in json.loads(files["data/pack.json"])["about"]["plan"]["ksbs_missing"]
    page = next(content for path, content in files.items() if path.endswith("piece.html"))
    assert "Countersigned by Second Assessor" in page.decode()
    assert "decision.countersigned" in files["data/record.jsonl"].decode()


def test_a_sign_off_that_quality_assurance_reopened_does_not_stand_in_a_pack(world):
    reopening = reopened(world)
    choose(world, reopening.sign_off.decisions.get().claim.submission.evidence_id)
    files = files_of(asked(world))
    ksbs = {ksb["code"]: ksb for ksb in json.loads(files["data/pack.json"])["ksbs"]}
    found = ksbs[reopening.sign_off.ksb.code]
    assert found["state"] != "signed_off"
    assert found["sign_offs"][0]["reopened"]["reason"] == reopening.reason
    assert "Reopened by" in files["ksbs.html"].decode()


def test_a_pack_is_made_under_the_rights_that_its_asker_has_then(world):
    choose(world, world.judged({"K1": "met"}).evidence_id)
    pack = ask_for_pack(world.apprenticeship.pk, acting(world.assessor))
    Membership.objects.filter(user=world.assessor).update(ended_on=clock.today() - timedelta(days=1))
    made(pack)
    assert (pack.state, pack.stored.name) == (ExportState.FAILED, "")


def test_a_stored_file_that_was_changed_stops_the_pack_and_is_named(world):
    piece = world.draft("K1")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_png("screen shot.png"))
    preparing.prepare(file.pk)
    choose(world, world.judge(_submitted(world, piece), {"K1": "met"}).evidence_id)
    with open(default_storage.path(str(file.stored.name)), "ab") as stored:
        stored.write(b"more")
    pack = asked(world)
    assert pack.state == ExportState.FAILED
    assert "screen shot.png" in pack.failure


def test_only_its_asker_downloads_a_pack_and_it_is_recorded_once(world):
    pack = ready(world)
    with pytest.raises(NotAllowed):
        download_export(pack.pk, acting(world.admin))
    for _ in range(2):
        copy = download_export(pack.pk, acting(world.assessor))
    assert copy.sha256 == pack.sha256
    assert Entry.objects.filter(action="export.downloaded").count() == 1
    Membership.objects.filter(user=world.assessor).update(ended_on=clock.today() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        download_export(pack.pk, acting(world.assessor))


def test_a_pack_is_deleted_when_its_time_is_over_and_so_is_what_nobody_names(world, django_capture_on_commit_callbacks):
    pack = ready(world)
    default_storage.save("exports/ab/abcd", io.BytesIO(b"cut off"))
    sweep_exports()
    assert default_storage.exists(str(pack.stored.name))
    with clock.at(clock.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(OutOfTurn):
            download_export(pack.pk, acting(world.assessor))
        assert sweep_exports() >= 2
    pack.refresh_from_db()
    assert pack.state == ExportState.DELETED
    assert not default_storage.exists(str(pack.stored.name))
    assert not default_storage.exists("exports/ab/abcd")
    delete_export(pack.pk, acting(world.assessor))
    assert Entry.objects.filter(action="export.deleted").count() == 1


def test_a_pack_whose_job_was_lost_is_said_to_have_failed(world):
    choose(world, world.judged({"K1": "met"}).evidence_id)
    pack = ask_for_pack(world.apprenticeship.pk, acting(world.assessor))
    with clock.at(clock.now() + timedelta(days=2)):
        sweep_exports()
    pack.refresh_from_db()
    assert pack.state == ExportState.FAILED


def test_packs_made_with_an_older_key_are_still_trusted(world, settings):
    from reports.pack import keys
    from reports.pack.notes import PrivateKey

    old = bytes_of(ready(world))
    settings.PACK_OLD_PUBLIC_KEYS = [str(keys.public_keys()[0])]
    settings.PACK_KEY = PrivateKey.made("craftmark.test").written()
    new = bytes_of(asked(world))
    report = [verify(io.BytesIO(pack), keys_today()) for pack in (old, new)]
    assert all(one.is_good for one in report)
    assert report[0].signer != report[1].signer
    page = Client().get(reverse("pages:pack-keys")).content.decode()
    for key in keys_today():
        assert str(key).replace("+", "&#x2B;") in page or str(key) in page


def test_the_page_tells_how_far_a_pack_is_with_and_without_a_script(world):
    choose(world, world.judged({"K1": "met"}).evidence_id)
    client = Client()
    client.force_login(world.assessor)
    address = reverse("pages:pack", args=[world.apprenticeship.pk])
    refused = client.post(f"{address}ask/", {"uln": "123"})
    assert refused.status_code == 422
    assert "A ULN has ten digits, and these do not make one." in refused.content.decode()
    assert client.post(f"{address}ask/", {"uln": ""}).status_code == 302
    pack = Export.objects.unscoped().get()
    Export.objects.unscoped().update(started_at=clock.now(), done_count=1, total_count=4)
    for page in (address, reverse("pages:export-progress", args=[pack.pk])):
        assert "25%" in client.get(page).content.decode()
    made(pack)
    page = client.get(address).content.decode()
    assert reverse("pages:export-download", args=[pack.pk]) in page
    got = client.get(reverse("pages:export-download", args=[pack.pk]))
    assert got["Content-Disposition"].startswith("attachment")
    assert verify(io.BytesIO(b"".join(got.streaming_content)), keys_today()).is_good


def test_folders_are_named_by_the_rule_of_the_plan(world):
    rules(world, root_name="{standard} {name}", piece_name="{ksbs}")
    choose(world, *(world.judged({"K1": "met"}, title=title).evidence_id for title in ("One", "Two")))
    pack = asked(world)
    assert pack.name == "ST9001 Apprentice.zip"
    folders = {path.split("/")[1] for path in files_of(pack) if path.startswith("Portfolio/")}
    assert folders == {"K1", "K1 (2)"}


def test_the_operator_exports_a_pack_to_a_file(world, tmp_path, capsys):
    target = tmp_path / "pack.zip"
    with pytest.raises(CommandError):
        call_command("export_epa_pack", str(world.apprenticeship.pk), str(target))
    choose(world, world.judged({"K1": "met"}).evidence_id)
    call_command("export_epa_pack", str(world.apprenticeship.pk), str(target), "--uln", "9276308686")
    report = verify(target, keys_today())
    assert report.is_good, in_words(report)
    with pytest.raises(CommandError):
        call_command("export_epa_pack", str(world.apprenticeship.pk), str(target))
    call_command("pack_key")
    assert str(keys_today()[0]) in capsys.readouterr().out


def test_released_results_of_outcomes_are_in_a_pack_with_who_marked_them(world):
    piece = world.judged({"K1": "met"})
    choose(world, piece.evidence_id)
    rules(world)
    assert "outcomes.html" not in files_of(asked(world))
    first = results.released(world, pieces=frozenset({piece.pk}))
    second = results.correct(world, first, pieces=frozenset({piece.pk}))
    results.mark_again(world, second)
    # What is not released is in no pack.
    assert "merit" not in text_of(asked(world, by=world.admin))
    results.release(world, second)
    pack = asked(world, uln="9276308686")
    files = files_of(pack)
    (outcome,) = json.loads(files["data/pack.json"])["outcomes"]
    assert [(one["grade"], one["stands"]) for one in outcome["results"]] == [("pass", False), ("merit", True)]
    assert outcome["results"][1]["submissions"] == [str(piece.pk)]
    page = files["outcomes.html"].decode()
    for words in ("Merit", "I had missed a page.", "Assessor, ", "Iqa, ", "Admin, ", "piece.html"):
        assert words in page
    recorded = files["data/record.jsonl"].decode()
    for action in ("outcome.marked", "outcome.corrected", "outcome.marked_again", "outcome.released"):
        assert f'"action":"{action}"' in recorded
