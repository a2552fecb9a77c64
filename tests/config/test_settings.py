"""Settings come from the environment or from files; mistakes are told in words, and secrets are not."""

import re
from pathlib import Path

import pytest

from tests.config.starting import PRODUCTION, ROOT, python


def setting(name: str, tmp_path: Path, **settings: str) -> str:
    done = python(
        "-c", f"from config import settings; print(settings.{name})", var_dir=tmp_path, **(PRODUCTION | settings)
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_setting_is_documented():
    source = (ROOT / "config/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', source))
    secrets = set(re.findall(r'_secret\("([A-Z0-9_]+)"\)', source))
    page = (ROOT / "docs/settings.md").read_text()
    told = set(re.findall(r"`([A-Z0-9_]+)`", page.split("\n\n| variable", 1)[1].rsplit("|", 1)[0]))
    assert read | secrets | {f"{name}_FILE" for name in secrets} | {"WEB_CONCURRENCY"} == told


def test_secrets_may_stand_in_files(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    assert setting("SECRET_KEY", tmp_path, SECRET_KEY_FILE=str(file)) == "from-a-file"


def test_an_old_secret_is_still_accepted_while_it_is_changed(tmp_path: Path):
    file = tmp_path / "old"
    file.write_text("one\ntwo\n")
    assert setting("SECRET_KEY_FALLBACKS", tmp_path, SECRET_KEY_FALLBACKS_FILE=str(file)) == "['one', 'two']"
    listed = {"SECRET_KEY_FALLBACKS": "one,two"}
    assert setting("SECRET_KEY_FALLBACKS", tmp_path, **listed) == "['one', 'two']"


def test_every_mistake_is_told_at_once(tmp_path: Path):
    done = python(
        "manage.py", "check", var_dir=tmp_path, EVIDENCE_FILE_MAX_MB="much", TRUSTED_PROXY_COUNT="-1", DEBUG="perhaps"
    )
    assert done.returncode != 0
    for name in ("EVIDENCE_FILE_MAX_MB", "TRUSTED_PROXY_COUNT", "DEBUG"):
        assert name in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "address",
    [
        "postgres://craftmark:word@db:port/name",
        "postgres://craftmark:w/[word@db/name",
        "mysql://craftmark:word@db/name",
        "word",
    ],
)
def test_a_wrong_database_address_is_refused_without_repeating_its_password(address: str, tmp_path: Path):
    done = python("manage.py", "check", var_dir=tmp_path, DATABASE_URL=address, **PRODUCTION)
    assert done.returncode != 0
    assert "DATABASE_URL is not the address of a database" in done.stderr
    assert "word@db" not in done.stderr


def test_a_secret_file_that_is_missing_is_named_by_its_setting(tmp_path: Path):
    done = python("manage.py", "check", var_dir=tmp_path, SECRET_KEY_FILE=str(tmp_path / "nowhere"))
    assert "SECRET_KEY_FILE names a file that cannot be read" in done.stderr


def test_a_demo_keeps_one_secret_of_its_own_that_only_its_user_can_read(tmp_path: Path):
    first = setting("SECRET_KEY", tmp_path, DEMO="1", SECRET_KEY="", ALLOWED_HOSTS="127.0.0.1")
    assert len(first) > 50
    assert setting("SECRET_KEY", tmp_path, DEMO="1", SECRET_KEY="", ALLOWED_HOSTS="127.0.0.1") == first
    assert (tmp_path / "var/secret-key").stat().st_mode & 0o077 == 0


def test_sqlite_is_durable_waits_its_turn_and_keeps_its_references(tmp_path: Path):
    script = (
        "import django; django.setup()\n"
        "from django.db import connection as c\n"
        "c.ensure_connection()\n"
        "print([c.cursor().execute(f'PRAGMA {p}').fetchone()[0] "
        "for p in ('journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout')], c.transaction_mode)"
    )
    done = python("-c", script, var_dir=tmp_path, **PRODUCTION)
    assert done.stdout.strip() == "['wal', 2, 1, 20000] IMMEDIATE", done.stderr


def test_production_sends_browsers_to_https_except_for_health(tmp_path: Path):
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "for path in ('/account/login/', '/health/live'):\n"
        "    answer = Client().get(path, headers={'host': 'craftmark.example.org'})\n"
        "    print(answer.status_code, answer.headers.get('Location'))"
    )
    done = python("-c", script, var_dir=tmp_path, **PRODUCTION)
    assert "301 https://craftmark.example.org/account/login/" in done.stdout
    assert "200 None" in done.stdout
