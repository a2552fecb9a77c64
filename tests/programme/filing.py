"""A learner's file in tests: documents, and learning support."""

from datetime import date
from typing import Any
from uuid import uuid4

from core import clock
from programme.learner_file import support_workflow as support
from programme.learner_file import workflow
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan
from programme.learner_file.preparing import prepare
from tests.factories.files import make_pdf
from tests.world import World, acting

#: Everybody but the employer.
NOT_EMPLOYER = ("for_apprentice", "for_assessors", "for_quality", "for_admins")


def add(world: World, by: Any = None, **given: Any) -> LearnerDocument:
    """The assessor adds an agreement, unless told another."""
    told: dict[str, Any] = {
        "document_id": uuid4(),
        "kind": "agreement",
        "title": "Apprenticeship agreement",
        "dated_on": clock.today(),
        "readers": NOT_EMPLOYER,
        **given,
    }
    upload = told.pop("upload", None) or make_pdf()
    return workflow.add_document(world.apprenticeship.pk, acting(by or world.assessor), upload, **told)


def ready(world: World, by: Any = None, **given: Any) -> LearnerDocument:
    """The same, checked."""
    made = add(world, by, **given)
    prepare(made.pk)
    made.refresh_from_db()
    return made


def plan(world: World, by: Any = None, **given: Any) -> SupportPlan:
    """The lead assessor agrees a plan."""
    told: dict[str, Any] = {
        "plan_id": uuid4(),
        "need": "More time to read",
        "adjustments": "Texts a week before",
        "agreed_with": "The apprentice",
        "starts_on": clock.today(),
        "ends_on": clock.today(),
        **given,
    }
    return support.plan_support(world.apprenticeship.pk, acting(by or world.assessor), **told)


def note(world: World, by: Any = None, month: date | None = None, said: str = "Read it together.") -> SupportNote:
    """The lead assessor writes a month down."""
    return support.note_support(
        world.apprenticeship.pk, acting(by or world.assessor), note_id=uuid4(), month=month or clock.today(), said=said
    )


def every_act(world: World) -> None:
    """Documents of every fate, two plans, a month, and somebody who was named and is no more."""
    first = ready(world)
    again = ready(world, replaces=first.pk, title="Apprenticeship agreement, signed again")
    workflow.set_document_readers(again.pk, acting(world.admin), ["for_apprentice", "for_admins"])
    workflow.withdraw_document(again.pk, acting(world.admin), "The wrong learner.")
    ready(world, kind="other", title="About support", is_support=True)
    plan(world)
    plan(world, need="More time to read and write")
    note(world)
    reader = support.name_support_reader(world.apprenticeship.pk, acting(world.assessor), world.iqa.pk)
    support.end_support_reader(reader.pk, acting(world.admin))
    support.name_support_reader(world.apprenticeship.pk, acting(world.admin), world.iqa.pk)
