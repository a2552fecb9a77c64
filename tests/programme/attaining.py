"""What tests of English, maths and qualifications do to get somewhere."""

from datetime import date
from typing import Any
from uuid import uuid4

from apprenticeships.models import Apprenticeship
from core import clock
from occupations.models import StandardVersion
from programme import workflow
from programme.models import Attainment
from programme.workflow.attainments import Event
from tests.world import World, acting

#: What each kind is told besides.
_MORE: dict[str, dict[str, str]] = {
    "held": {"level": "2", "certificate": "gcse"},
    "passed": {"level": "2", "certificate": "functional"},
    "not_passed": {"level": "2"},
    "enrolled": {"level": "2"},
    "exempt": {"exemption": "sign_language"},
    "agreed": {"agreed_with": "Mentor"},
    "not_studied": {"agreed_with": "Mentor"},
    "left": {},
}


def event(subject: str, kind: str, **given: Any) -> Event:
    told = {"effective_on": clock.today(), "reason": "Certificate seen.", **_MORE[kind], **given}
    return Event(subject, kind, **told)


def record(world: World, subject: str, kind: str, *, by: Any = None, pk: Any = None, **given: Any) -> Attainment:
    """Of the first apprentice, by their assessor unless told another."""
    by, pk = acting(by or world.assessor), pk or uuid4()
    told = event(subject, kind, **given)
    return workflow.record_attainment(world.apprenticeship.pk, by, attainment_id=pk, event=told)


def both(world: World, kind: str = "held", **given: Any) -> None:
    for subject in ("english", "maths"):
        record(world, subject, kind, **given)


def started(world: World, on: date, born: date | None = None) -> Apprenticeship:
    """The first apprentice, as somebody who started then; what is asked follows from it."""
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(started_on=on, date_of_birth=born)
    world.apprenticeship.refresh_from_db()
    return world.apprenticeship


def with_qualification(world: World, title: str = "Diploma in Recruitment") -> str:
    """The standard asks for a qualification."""
    StandardVersion.objects.filter(pk=world.version.pk).update(qualifications=[{"title": title, "level": 3}])
    world.apprenticeship.refresh_from_db()
    return title
