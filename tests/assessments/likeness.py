"""What tests of flags and investigations do to get somewhere."""

from datetime import timedelta
from uuid import uuid4

from apprenticeships.models import Apprenticeship
from assessments import workflow as assessing
from assessments.likeness import looking, workflow
from assessments.models import Flag, Investigation, Submission
from core import clock
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from tests.factories.files import make_text
from tests.world import OWN_WORK, World, acting

STORY = """On Monday I sat down with the line manager to find out what the new person will do all day. We listed the
tasks on a whiteboard and crossed out those that nobody needs. Then I wrote the advert from what was left, asked two
colleagues to read it, and took out three words that only insiders know. It went out on two job boards at noon, and by
Friday we had eleven people who could start next month. I rang each of them within a day."""


def sent(world: World, text: str = STORY, of: Apprenticeship | None = None, file: str = "") -> Submission:
    """What an apprentice, by default the first, submitted on K1, held against what others did."""
    whose = of or world.apprenticeship
    by = acting(whose.apprentice)
    piece = collecting.create_evidence(
        whose.pk,
        by,
        evidence_id=uuid4(),
        content=EvidenceContent.written(
            title="Advert",
            narrative=text,
            happened_on=clock.today() - timedelta(days=1),
            claims={world.ksb("K1").pk: "It shows it."},
        ),
    )
    if file:
        collecting.add_file(piece.pk, by, make_text("notes.txt", file))
    submission = assessing.submit(piece.pk, by, OWN_WORK)
    looking.look_at(submission.pk)
    return submission


def flagged(world: World) -> Flag:
    """The flag on the first apprentice's text, which the second submitted as well."""
    sent(world, of=world.second)
    return Flag.objects.unscoped().get(submission=sent(world))


def investigated(world: World, submission: Submission | None = None) -> Investigation:
    about = submission or sent(world)
    by = acting(world.assessor)
    return workflow.investigate(about.pk, by, investigation_id=uuid4(), reason="It reads like the handbook.")
