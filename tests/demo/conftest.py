from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import transaction
from django.test import override_settings

from demo import seeding


def demo_settings(folder: Path) -> dict[str, object]:
    """Settings of a demo that keeps its files in `folder`."""
    default = site.STORAGES["default"]
    storages = site.STORAGES | {"default": default | {"OPTIONS": default["OPTIONS"] | {"location": folder}}}
    return {"DEMO": True, "ROOT_URLCONF": "tests.demo.urls", "MEDIA_ROOT": folder, "STORAGES": storages}


@pytest.fixture
def as_demo(settings, tmp_path: Path):
    """Settings of a demo, for one test."""
    for name, value in demo_settings(tmp_path / "files").items():
        setattr(settings, name, value)
    return settings


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A demo with its first four apprentices, for all tests of a module. They only read, and use no other `db`."""
    folder = tmp_path_factory.mktemp("seeded") / "files"
    with override_settings(**demo_settings(folder)), django_db_blocker.unblock(), transaction.atomic():
        seeding.seed(learners=4)
        yield
        transaction.set_rollback(True)
