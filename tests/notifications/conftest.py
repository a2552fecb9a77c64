import pytest

from notifications import outbox
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The world of the tests, of which everything until now was read."""
    made = make_world()
    outbox.read_all()
    return made
