import pytest
from django.test import Client

from tests.portfolios.tus import Door
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def folders(settings, tmp_path) -> None:
    """A spool and a store of the test's own."""
    settings.UPLOAD_SPOOL = tmp_path / "spool"
    backend = "files.storing.DurableFileSystemStorage"
    options = {"location": tmp_path / "files", "base_url": None, "file_permissions_mode": 0o600}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}


@pytest.fixture
def sam(client: Client, world: World, folders: None) -> Client:
    """The first apprentice, signed in."""
    client.force_login(world.apprentice)
    return client


@pytest.fixture
def door(sam: Client, world: World) -> Door:
    """The way into a draft of the first apprentice."""
    return Door(sam, world.apprenticeship, world.draft("K1").pk)
