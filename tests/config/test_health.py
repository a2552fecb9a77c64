"""Health answers anybody, and tells them nothing but whether."""

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import Client

from config import health

pytestmark = pytest.mark.django_db


def test_a_stranger_may_ask_whether_it_runs_and_is_ready(client: Client):
    for path in ("/health/live", "/health/ready"):
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (200, b"ok")
        assert answer["Cache-Control"] == "private, no-store"
    assert client.post("/health/ready").status_code == 405


def away(*args: object, **kwargs: object) -> None:
    raise OperationalError("could not connect to db.internal as craftmark")


def full(*args: object, **kwargs: object) -> None:
    raise OSError(28, "No space left on device", "/var/lib/craftmark")


@pytest.mark.parametrize(
    ("owner", "name", "instead"),
    [
        pytest.param(health, "is_up_to_date", away, id="no database"),
        pytest.param(health, "is_up_to_date", lambda: False, id="missing migrations"),
        pytest.param(cache, "set", away, id="no table for the cache"),
        pytest.param(cache, "get", lambda key: None, id="a cache that forgets"),
        pytest.param(default_storage, "save", full, id="full disk"),
    ],
)
def test_it_is_not_ready_with(owner: object, name: str, instead: object, monkeypatch, client: Client, caplog):
    monkeypatch.setattr(owner, name, instead)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"not ready")
    assert client.get("/health/live").status_code == 200


def test_asking_leaves_nothing_behind(client: Client):
    client.get("/health/ready")
    assert default_storage.listdir("health") == ([], [])
