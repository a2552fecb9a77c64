"""What a start is refused for."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import override_settings

from audit import guards
from config import checks
from tests.config.starting import PRODUCTION, python

GOOD_SECRET = PRODUCTION["SECRET_KEY"]
SAFE = {
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": GOOD_SECRET,
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["craftmark.example.org"],
    "ALLOW_PLAIN_HTTP": False,
    "SECURE_SSL_REDIRECT": True,
    "MEDIA_ROOT": "/srv/craftmark/files",
    "STATIC_ROOT": "/srv/craftmark/static",
}
DEMO = SAFE | {"DEMO": True, "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"], "ALLOW_PLAIN_HTTP": True}


def found(**settings: object) -> set[str]:
    with override_settings(**(SAFE | settings)):
        return {message.id.removeprefix("craftmark.") for message in checks.production_is_safe(None)}


def cache(backend: str) -> dict[str, dict[str, str]]:
    return {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}


def test_a_safe_production_and_a_demo_on_this_machine_are_let_through():
    assert found() == found(**DEMO) == set()


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        pytest.param({"DEBUG": True}, "E001", id="debug on where others reach it"),
        pytest.param({"DEBUG": True, "ALLOWED_HOSTS": ["*"]}, "E001", id="debug on for every host"),
        pytest.param(DEMO | {"ALLOWED_HOSTS": ["craftmark.example.org"]}, "E002", id="demo on a public host"),
        pytest.param(DEMO | {"ALLOWED_HOSTS": ["127.0.0.1", "192.0.2.7"]}, "E002", id="demo on another address"),
        pytest.param(DEMO | {"ALLOWED_HOSTS": ["*"]}, "E002", id="demo on every host"),
        pytest.param(DEMO | {"ALLOW_PLAIN_HTTP": False}, "E002", id="demo with HTTPS set up"),
        pytest.param({"SECRET_KEY": ""}, "E003", id="no secret"),
        pytest.param({"SECRET_KEY": GOOD_SECRET[:49]}, "E003", id="short secret"),
        pytest.param({"SECRET_KEY": "abcd" * 20}, "E003", id="long secret of four characters"),
        pytest.param({"SECRET_KEY": "django-insecure-" + GOOD_SECRET}, "E003", id="secret from a template"),
        pytest.param({"SECRET_KEY_FALLBACKS": ["changeme"]}, "E003", id="weak secret that is still accepted"),
        pytest.param({"ALLOWED_HOSTS": []}, "E004", id="no hosts"),
        pytest.param({"ALLOWED_HOSTS": ["craftmark.example.org", "*"]}, "E004", id="all hosts"),
        pytest.param({"SECURE_SSL_REDIRECT": False}, "E005", id="plain HTTP that nobody asked for"),
        pytest.param({"CACHES": cache("locmem.LocMemCache")}, "E006", id="a cache per process"),
        pytest.param({"CACHES": cache("dummy.DummyCache")}, "E006", id="no cache"),
        pytest.param({"MEDIA_ROOT": "/srv/craftmark/static/files"}, "E007", id="evidence among static files"),
        pytest.param({"STATIC_ROOT": "/srv/craftmark/files/static"}, "E007", id="static files among evidence"),
        pytest.param({"MEDIA_ROOT": "/srv/craftmark/static"}, "E007", id="one folder for both"),
        pytest.param({"S3_REGION": "eu-west-2"}, "E009", id="an object store without a bucket"),
        pytest.param({"S3_BUCKET": "evidence", "S3_ACCESS_KEY": "a"}, "E009", id="a key without its secret"),
        pytest.param({"S3_BUCKET": "evidence", "S3_SECRET_KEY": "a"}, "E009", id="a secret without its key"),
        pytest.param(
            {"S3_BUCKET": "evidence", "S3_ENDPOINT_URL": "s3.example.org"}, "E010", id="a store at no address"
        ),
        pytest.param({"CLAMD_ADDRESS": "clamav"}, "E011", id="a scanner without a port"),
        pytest.param({"CLAMD_ADDRESS": ":3310"}, "E011", id="a scanner without a host"),
        pytest.param({"CLAMD_ADDRESS": "clamav:70000"}, "E011", id="a port that is none"),
        pytest.param({"PACK_KEY": "no key"}, "E012", id="a key of packs that is none"),
    ],
)
def test_a_start_is_refused_with(settings: dict[str, object], code: str):
    assert code in found(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"S3_BUCKET": "evidence"}, id="a store that the machine's own role opens"),
        pytest.param(
            {
                "S3_BUCKET": "evidence",
                "S3_ENDPOINT_URL": "https://s3.example.org",
                "S3_ACCESS_KEY": "a",
                "S3_SECRET_KEY": "b",
            },
            id="a store of one's own",
        ),
        pytest.param({"CLAMD_ADDRESS": "127.0.0.1:3310"}, id="a scanner on a port"),
        pytest.param({"CLAMD_ADDRESS": "/run/clamav/clamd.ctl"}, id="a scanner on a socket"),
    ],
)
def test_a_store_and_a_scanner_that_are_set_up_are_let_through(settings: dict[str, object]):
    assert found(**settings) == set()


def test_plain_http_is_let_through_for_who_said_so():
    assert found(SECURE_SSL_REDIRECT=False, ALLOW_PLAIN_HTTP=True) == set()


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_refused(monkeypatch: pytest.MonkeyPatch):
    assert checks.database_is_up_to_date(databases=["default"]) == []
    monkeypatch.setattr(checks.MigrationExecutor, "migration_plan", lambda self, targets: [("one", False)])
    assert [message.id for message in checks.database_is_up_to_date(databases=["default"])] == ["craftmark.E008"]


@pytest.mark.django_db
def test_a_database_that_lacks_a_guard_stops_the_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guards, "missing", lambda connection: ["audit_entry"])
    with (
        override_settings(**SAFE),
        pytest.raises(ImproperlyConfigured, match="does not refuse changes to: audit_entry"),
    ):
        checks.refuse_unsafe_start()


def test_a_database_that_does_not_answer_stops_the_server(monkeypatch: pytest.MonkeyPatch):
    def away(**kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(checks, "run_checks", away)
    with pytest.raises(ImproperlyConfigured, match="does not answer"):
        checks.refuse_unsafe_start()


def test_the_deployment_check_is_clean_under_production_settings(tmp_path: Path):
    done = python("manage.py", "check", "--deploy", "--fail-level", "DEBUG", var_dir=tmp_path, **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_server_refuses_a_start_without_settings_and_says_all_that_is_wrong(tmp_path: Path):
    done = python("-c", "import config.wsgi", var_dir=tmp_path)
    assert done.returncode != 0
    for code in ("craftmark.E003", "craftmark.E004", "craftmark.E008"):
        assert code in done.stderr


def test_the_server_refuses_demo_mode_in_production(tmp_path: Path):
    done = python("-c", "import config.wsgi", var_dir=tmp_path, DEMO="1", **PRODUCTION)
    assert done.returncode != 0
    assert "craftmark.E002" in done.stderr


def test_the_server_refuses_a_short_secret_and_does_not_repeat_it(tmp_path: Path):
    short = "short-7Qd2mXvT9b"
    done = python("-c", "import config.wsgi", var_dir=tmp_path, **(PRODUCTION | {"SECRET_KEY": short}))
    assert done.returncode != 0
    assert "craftmark.E003" in done.stderr
    assert short not in done.stderr
