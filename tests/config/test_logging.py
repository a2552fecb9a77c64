"""One event, one line, with ids; never a token, a name that was searched for, or a value that was refused."""

import json
from pathlib import Path

import pytest

from config.logging import without_secrets
from tests.config.starting import PRODUCTION, python

REFUSED = """Traceback (most recent call last):
  File "workflow.py", line 1, in enrol
psycopg.errors.UniqueViolation: duplicate key value violates unique constraint "one_user_per_email"
DETAIL:  Key (email)=(ada@example.test)
and a second line already exists.
CONTEXT:  something about ada@example.test

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
django.db.utils.IntegrityError: duplicate key value violates unique constraint "one_user_per_email"
DETAIL:  Key (email)=(ada@example.test) already exists."""


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /cohort/?q=Ada+Lovelace&page=2", "GET /cohort/"),
        ("GET /invitations/s3cr3t/", "GET /invitations/…/"),
        ("GET /account/password/reset/key/1-s3cr3t/?next=/", "GET /account/password/reset/key/…/"),
        ("GET /account/confirm-email/s3cr3t/", "GET /account/confirm-email/…/"),
        ("POST /evidence/new/", "POST /evidence/new/"),
    ],
)
def test_an_address_is_logged_without_what_is_secret_in_it(line: str, kept: str):
    assert without_secrets(None, "info", {"request": line})["request"] == kept


def test_values_that_the_database_refused_are_not_logged():
    logged = without_secrets(None, "error", {"exception": REFUSED})["exception"]
    assert "ada@example.test" not in logged
    assert "second line" not in logged
    assert logged.count("one_user_per_email") == 2
    assert "The above exception was the direct cause" in logged


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.9"), (3, "127.0.0.1")])
def test_the_address_in_the_log_is_the_one_that_trusted_proxies_saw(tmp_path: Path, proxies: int, address: str):
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "Client().get('/health/live', secure=True,"
        " headers={'host': 'craftmark.example.org', 'x-forwarded-for': '203.0.113.5, 192.0.2.9'})"
    )
    done = python("-c", script, var_dir=tmp_path, **PRODUCTION, TRUSTED_PROXY_COUNT=str(proxies))
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert next(line for line in lines if line["event"] == "request_finished")["ip"] == address


def test_production_writes_one_object_a_line_with_the_request_and_its_outcome(tmp_path: Path):
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "Client().get('/health/live?q=Ada', secure=True,"
        " headers={'host': 'craftmark.example.org', 'x-request-id': 'forged', 'user-agent': 'odd\\r\\n\\x1b[2J'})\n"
        "import structlog; structlog.get_logger('craftmark.test').info('act_refused', path='a\\nb\\x1b')"
    )
    done = python("-c", script, var_dir=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    finished = next(line for line in lines if line["event"] == "request_finished")
    assert finished["code"] == 200
    assert finished["request"] == "GET /health/live"
    assert len(finished["request_id"]) == 36
    assert finished["timestamp"].endswith("Z")
    assert lines[-1] | {"timestamp": ""} == {
        "event": "act_refused",
        "path": "a\nb\x1b",
        "logger": "craftmark.test",
        "level": "info",
        "timestamp": "",
    }
    assert "\x1b" not in done.stderr
    assert "Ada" not in done.stderr
