"""What tests of spoken feedback do to get somewhere."""

from typing import Any

from assessments.models import Submission, VoiceDraft
from assessments.voice import workflow
from tests.factories.files import make_ogg
from tests.world import World, acting

SAID = "Well done. Next time show the date."


def recorded(world: World, submission: Submission, words: str = SAID, by: Any = None) -> VoiceDraft:
    """A voice note of the assessor that is ready, with what it says in writing."""
    whose = acting(by or world.assessor)
    draft = workflow.record_voice(submission.pk, whose, make_ogg())
    VoiceDraft.objects.unscoped().filter(pk=draft.pk).update(state=VoiceDraft.State.READY)
    if words:
        workflow.write_words(submission.pk, whose, words)
    draft.refresh_from_db()
    return draft


def spoken(world: World, **given: Any) -> Submission:
    """A submission that was reviewed with a voice note."""
    submission = world.submitted("K1", **given)
    recorded(world, submission)
    return world.judge(submission, {"K1": "met"})
