"""Who oversees quality is told of what is hidden or investigated, and never why: that stands on the page."""

import pytest

from notifications.kinds import News
from tests.assessments.likeness import investigated
from tests.notifications.worker import digest, told
from tests.portfolios.hiding import agree, ask, hide, sent_file
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path) -> None:
    """A spool of the test's own."""
    settings.UPLOAD_SPOOL = tmp_path / "spool"


def test_quality_assurers_and_admins_are_told_of_a_hidden_file_until_that_is_settled(world: World):
    made = hide(world, sent_file(world))
    assert {who for who in world.people if News.FILE_HIDDEN in told(world.people[who])} == {"iqa", "admin"}
    (message,) = digest(world.iqa)
    assert "One of Apprentice’s files was hidden." in message.body
    assert made.reason not in message.body
    again = hide(world, sent_file(world, title="Another piece"))
    ask(world, again, "restore")
    agree(world, again)
    assert len(digest(world.admin)) == 1


def test_quality_assurers_are_told_of_an_investigation_that_somebody_else_began(world: World):
    begun = investigated(world, world.submitted("K1"))
    assert {who for who in world.people if News.INVESTIGATION in told(world.people[who])} == {"iqa"}
    (message,) = digest(world.iqa)
    assert "Some of Apprentice’s evidence is under investigation." in message.body
    assert begun.reason not in message.body
