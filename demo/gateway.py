"""The end of the training in the demo: English and maths, declarations that wait, a lock and a result."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

from apprenticeships.models import Apprenticeship
from core import clock
from core.actor import Actor
from demo.cast import Story
from demo.history import Act, History
from demo.programme import held
from programme import workflow
from programme.learning_hours.entry_rules import Words
from programme.models import Party, SignedVersion
from programme.models.attainments import AttainmentKind, Certificate, Subject, SubjectLevel
from programme.workflow.attainments import Event
from reports.gateway.workflow import ResultWords, declare, open_declarations, record_assessment_result
from reports.pack.choice import standing_of
from reports.pack.models import PlanRules
from reports.pack.workflow import choose_pieces, set_rules

#: English and maths of somebody who has been here for some weeks, in turn.
_HELD = {"level": SubjectLevel.TWO, "certificate": Certificate.GCSE, "reason": "The certificate, seen at the start."}
_SAT = {"level": SubjectLevel.TWO, "certificate": Certificate.FUNCTIONAL, "reason": "The result from the college."}
_NEW_DAYS = 40
#: Days of the course that the hours agreed for everybody take.
_WEEKS_OF_COURSE = 49
_TEACHER = "Gareth Pugh-Jones"


def born_on(story: Story, started_on: date) -> date:
    """A day on which somebody was born who started at 17 to 34."""
    number = sum(story.email.encode())
    return started_on - timedelta(days=365 * (17 + number % 18) + number % 300 + 30)


def acts(told: History, mentor: Actor, admin: Actor) -> Iterator[Act]:
    """What is known of English and maths and, for those who are there, how their training ended."""
    story = told.story

    def at(days: float) -> datetime:
        return told.now - timedelta(days=days)

    if story.started > _NEW_DAYS:
        yield Act(at(story.started - 20), partial(_attained, told))
    if story.gateway:
        ready = story.quiet - 3
        yield Act(at(ready), partial(_ready, told, admin))
        yield Act(at(ready - 1), partial(_declared, told, mentor if story.gateway != "declaring" else None))
    if story.gateway == "result":
        yield Act(at(5), partial(_passed, told, admin))


def _attained(told: History) -> None:
    """English was held by all; maths too, or it is still being studied by those with something left to do."""
    day = clock.today()
    studies = not told.story.gateway and sum(told.story.email.encode()) % 3 == 0
    maths = (AttainmentKind.ENROLLED, {"level": SubjectLevel.TWO, "reason": "Course at the college."})
    sat = (AttainmentKind.PASSED, _SAT)
    for subject, (kind, more) in (
        (Subject.ENGLISH, (AttainmentKind.HELD, _HELD)),
        (Subject.MATHS, maths if studies else sat),
    ):
        event = Event(subject=subject, kind=kind, effective_on=day, **more)
        workflow.record_attainment(told.apprenticeship_id, told.assessor, attainment_id=uuid4(), event=event)


def _ready(told: History, admin: Actor) -> None:
    """What was still left besides the KSBs: the hours, a review and the pieces for the pack, which takes every kind."""
    learner = Apprenticeship.objects.unscoped().get(pk=told.apprenticeship_id)
    days = (learner.started_on + timedelta(days=7 * week + 3) for week in range(_WEEKS_OF_COURSE))
    log = [(uuid4(), Words(day, 405, "teaching", "A day of the course", deliverer=_TEACHER)) for day in days]
    workflow.import_hours(learner.pk, told.assessor, log)
    held(told, clock.today(), "Prepare for the assessment")
    usual = PlanRules()
    set_rules(
        learner.provider_id,
        learner.standard_version_id,
        admin,
        assessment_id=None,
        fewest=usual.fewest,
        most=None,
        excluded_kinds=[],
        root_name=usual.root_name,
        piece_name=usual.piece_name,
    )
    pieces = standing_of(learner).pieces
    choose_pieces(learner.pk, told.assessor, {piece.pk: True for piece in pieces})


def _declared(told: History, mentor: Actor | None) -> None:
    version: SignedVersion = open_declarations(told.apprenticeship_id, told.assessor)
    declare(version.pk, told.apprentice, party=Party.APPRENTICE, shown=version.sha256)
    if mentor:
        declare(version.pk, mentor, party=Party.EMPLOYER, shown=version.sha256)


def _passed(told: History, admin: Actor) -> None:
    words = ResultWords("merit", clock.today() - timedelta(days=2), certificate="00417")
    record_assessment_result(told.apprenticeship_id, admin, result_id=uuid4(), words=words)
