"""Hours for tests: entered, confirmed and registered by the workflow."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

from core import clock
from programme import workflow
from programme.learning_hours.entry_rules import Words
from programme.models import OffTheJobEntry, TrainingSession
from programme.workflow import SessionWords
from tests.programme import filing, scanning
from tests.world import World, acting


def words(**given: Any) -> Words:
    """An hour of teaching, three days ago."""
    return Words(
        **{
            "happened_on": clock.today() - timedelta(days=3),
            "minutes": 60,
            "kind": "teaching",
            "note": "How to write an advert",
            "deliverer": "Nina Tutor",
            **given,
        }
    )


def log(world: World, by: Any = None, apprenticeship: Any = None, **given: Any) -> OffTheJobEntry:
    """Hours of the first apprentice, entered by them unless told another."""
    whose = apprenticeship or world.apprenticeship
    by = acting(by or whose.apprentice)
    return workflow.log_hours(whose.pk, by, entry_id=given.pop("entry_id", None) or uuid4(), words=words(**given))


def confirm(world: World, *entries: OffTheJobEntry, by: Any = None) -> int:
    """By the assessor, unless told another."""
    return workflow.confirm_hours(world.apprenticeship.pk, acting(by or world.assessor), [one.pk for one in entries])


def session(world: World, **given: Any) -> TrainingSession:
    """A session of the assessor three days ago, at which the first apprentice was."""
    told = {"session_id": uuid4(), "present": [world.apprenticeship.pk], "by": acting(world.assessor), **given}
    said = SessionWords("Writing adverts", clock.today() - timedelta(days=3), 90, "teaching", time(9))
    return workflow.register_session(world.provider.pk, words=told.pop("words", said), **told)


def every_act(world: World) -> None:
    """Hours entered, confirmed, corrected and removed, a register that was corrected, and a learner’s file."""
    filing.every_act(world)
    scanning.hand_in(world)
    scanning.hand_in(world, "alone")
    scanning.rate_by_link(world, scanning.asked(world, email="rates@example.test", name="Rita Rates"))
    log(world, evidence=world.draft(title="With hours").pk)
    confirm(world, log(world, minutes=30, starts=time(8)))
    wrong = log(world, minutes=20)
    told = {"correction_id": uuid4(), "words": words(minutes=25), "reason": "It was longer."}
    made = workflow.correct_hours(wrong.pk, acting(world.apprentice), **told)
    workflow.remove_hours(made.pk, acting(world.apprentice), reason="Somebody else’s.")
    held = session(world)
    workflow.correct_attendance(
        held.pk, world.apprenticeship.pk, acting(world.assessor), is_present=False, reason="They had left."
    )
