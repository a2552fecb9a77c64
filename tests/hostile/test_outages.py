"""A full disk, a storage or a database that is away: the reason is told, the words are kept, and reading goes on."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from core.outages import FULL, outage_of
from portfolios.models import Evidence, EvidenceFile
from tests.factories.files import make_png
from tests.world import World, make_world

# SQLite takes back everything when a disk is full, so no test can stand inside a transaction.
pytestmark = pytest.mark.django_db(transaction=True)
PAGE = {"Accept": "text/html,*/*"}
WORDS = "I wrote the advert and asked two people to read it."


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def browser(world: World) -> Client:
    """Apprentice's, with the session's use noted already; errors are answered and not raised."""
    browser = Client(raise_request_exception=False)
    browser.force_login(world.apprentice)
    browser.get("/account/profile/")
    return browser


def form(**more: object) -> dict[str, object]:
    return {"token": str(uuid4()), "title": "The advert", "narrative": WORDS, "kind": "", **more}


def new_piece(world: World) -> str:
    return reverse("pages:evidence-new", args=[world.apprenticeship.pk])


@contextmanager
def full_database(*, takes_no_change: bool = False) -> Iterator[None]:
    """A database that takes no new rows: SQLite without another page, PostgreSQL with the error of a full disk.

    A small change still fits into a page of SQLite's that is there, unless it `takes_no_change` at all.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA query_only = {int(takes_no_change)}")
            if not takes_no_change:
                cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"
            )
            for table in ("portfolios_evidence", "django_session"):
                cursor.execute(
                    f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION no_room()"  # noqa: S608
                )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = 0")
                cursor.execute("PRAGMA max_page_count = 1073741823")
            else:
                cursor.execute("DROP FUNCTION no_room CASCADE")


def test_a_full_database_answered_500_and_lost_the_text(browser: Client, world: World):
    long = WORDS * 300
    with full_database():
        answer = browser.post(new_piece(world), form(narrative=long), headers=PAGE)
    page = answer.content.decode()
    assert answer.status_code == 507
    assert int(answer["Retry-After"]) > 0
    assert "run out of storage" in page
    assert long in page
    assert f'action="{new_piece(world)}"' in page
    assert not Evidence.objects.filter(title="The advert").exists()


def test_what_a_full_database_did_not_take_is_sent_again_from_the_same_page(browser: Client, world: World):
    sent = form(narrative=WORDS * 300)
    with full_database():
        refused = browser.post(new_piece(world), sent, headers=PAGE)
    kept = dict(refused.context["kept"].fields)
    assert kept == {name: str(value) for name, value in sent.items()}
    assert browser.post(refused.context["kept"].address, kept).status_code == 302
    assert Evidence.objects.get(title="The advert").narrative == WORDS * 300


def test_a_script_is_told_of_a_full_database_in_json(browser: Client, world: World):
    address = reverse("pages:autosave", args=[world.apprenticeship.pk, uuid4()])
    with full_database():
        answer = browser.post(address, form(narrative=WORDS * 300))
    assert answer.status_code == 507
    assert "run out of storage" in answer.json()["message"]
    assert answer["Retry-After"]


def test_pages_are_read_while_the_database_is_full(browser: Client, world: World):
    session = browser.session
    session["seen_at"] -= 120
    session.save()
    with full_database(takes_no_change=True):
        answer = browser.get(reverse("pages:coverage", args=[world.apprenticeship.pk]), headers=PAGE)
    assert answer.status_code == 200
    assert browser.session["seen_at"] == session["seen_at"]
    assert "cannot save anything at the moment" in answer.content.decode()


def test_a_password_is_never_sent_back_by_a_page_about_an_outage(world: World):
    browser = Client(raise_request_exception=False)
    with full_database():
        page = browser.post(
            "/account/login/", {"login": world.apprentice.email, "password": "a secret of mine"}, headers=PAGE
        )
    assert "a secret of mine" not in page.content.decode()


def test_a_file_for_which_the_disk_has_no_room_is_named_and_the_words_are_saved(
    browser: Client, world: World, settings
):
    settings.EVIDENCE_FILE_MAX_BYTES = 512 * 1024 * 1024
    database = connection.settings_dict["NAME"]
    files = [Path(f"{database}{end}") for end in ("", "-wal")] if connection.vendor == "sqlite" else []
    room = max([path.stat().st_size for path in files if path.exists()], default=0) + 4 * 1024 * 1024
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    upload = SimpleUploadedFile("long notes.txt", b"a line of notes\n" * (room // 16 + 65_536))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        answer = browser.post(new_piece(world), form(files=upload), headers=PAGE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    page = answer.content.decode()
    assert "“long notes.txt” was not saved" in page
    assert "run out of storage" in page
    assert Evidence.objects.get(title="The advert").narrative == WORDS


def test_a_storage_that_is_away_takes_no_file_and_loses_no_words(browser: Client, world: World, settings, tmp_path):
    """A folder that is a file: nobody can write into that, root no more than others."""
    (tmp_path / "gone").write_text("")
    settings.STORAGES = settings.STORAGES | {
        "default": {**site.STORAGES["default"], "OPTIONS": {"location": tmp_path / "gone", "base_url": None}}
    }
    answer = browser.post(new_piece(world), form(files=make_png("board.png")), headers=PAGE)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "“board.png” was not saved" in page
    assert WORDS in page
    assert Evidence.objects.get(title="The advert").narrative == WORDS
    assert not EvidenceFile.objects.filter(evidence__title="The advert").exists()
    assert default_storage.location == str(tmp_path / "gone")


def test_a_form_sent_to_the_captures_address_is_refused_and_breaks_nothing(browser: Client, world: World):
    address = reverse("pages:captures", args=[world.apprenticeship.pk])
    answer = browser.post(address, {"file": make_png("board.png")})
    assert answer.status_code == 415
    assert "JSON" in answer.json()["message"]
    assert browser.post(address, json.dumps([]), content_type="application/json").status_code == 422


def test_a_fault_of_ours_gives_back_what_was_typed(browser: Client, world: World, monkeypatch):
    """A fault that nobody foresaw stands for all of them."""
    monkeypatch.setattr("pages.portfolio.evidence_form.evidence.store", lambda *_all: 1 / 0)
    answer = browser.post(new_piece(world), form(), headers=PAGE)
    assert answer.status_code == 500
    assert WORDS in answer.content.decode()


@pytest.mark.parametrize("path", ["/dev/full"])
def test_a_full_device_is_known_as_one(path: str):
    with pytest.raises(OSError, match="No space") as refused, Path(path).open("wb", buffering=0) as device:
        device.write(b"x")
    assert outage_of(refused.value) is FULL


# Sessions of the database that end ------------------------------------------------------------------------------------
@contextmanager
def session_ended_before(part: str, times: int = 1) -> Iterator[None]:
    """The operator ends the site's session of the database just before a query with `part` runs."""
    left = times

    def end(execute, sql, params, many, context):
        nonlocal left
        if part in sql and left:
            left -= 1
            other = connections.create_connection("default")
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [context["connection"].connection.info.backend_pid])
            other.close()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end):
        yield


postgres = pytest.mark.skipif(
    "sqlite" in site.DATABASES["default"]["ENGINE"], reason="SQLite has no sessions that could end"
)


@postgres
@pytest.mark.parametrize("part", ["django_session", "accounts_user", "apprenticeships_apprenticeship"])
def test_a_page_is_asked_for_once_more_after_the_database_ended_its_session(part: str):
    world = make_world()
    browser = Client(raise_request_exception=False)
    browser.force_login(world.apprentice)
    address = reverse("pages:coverage", args=[world.apprenticeship.pk])
    with session_ended_before(part):
        assert browser.get(address, headers=PAGE).status_code == 200
    with session_ended_before(part, times=2):
        answer = browser.get(address, headers=PAGE)
    assert answer.status_code == 503
    assert answer["Retry-After"]


@postgres
def test_a_form_whose_session_of_the_database_ended_is_not_sent_twice(settings):
    world = make_world()
    browser = Client(raise_request_exception=False)
    browser.force_login(world.apprentice)
    with session_ended_before('INSERT INTO "portfolios_evidence"'):
        answer = browser.post(new_piece(world), form(), headers=PAGE)
    assert answer.status_code == 503
    assert WORDS in answer.content.decode()
    assert not Evidence.objects.filter(title="The advert").exists()
    assert browser.post(new_piece(world), form()).status_code == 302
