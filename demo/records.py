"""Learners of long ago, brought in from an earlier system: one whose records are due to go, and one on legal hold."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from accounts.models import Organisation, User
from accounts.workflow import add_person
from apprenticeships import workflow as enrolling
from core.actor import Actor
from demo.history import Act
from occupations.models import StandardVersion
from reports.retention.workflow import put_on_hold

#: Their names, and how many days ago they left: more than the six years for which records are kept at least.
_LEFT = (("Rowan Ellery", 2_390), ("Isla Penhale", 2_320))


def acts(
    provider: Organisation,
    employer: Organisation,
    version: StandardVersion,
    assessor: User,
    admin: Actor,
    now: datetime,
) -> Iterator[Act]:
    """An admin brings both in two weeks ago, and puts a hold on the second."""
    for number, (name, left) in enumerate(_LEFT):
        pk, left_on = uuid4(), now.date() - timedelta(days=left)
        given = {"provider": provider, "employer": employer, "standard_version": version}
        yield Act(
            now - timedelta(days=14, minutes=9 - number),
            partial(_bring_in, pk, name, left_on, assessor, admin, **given),
        )
        if number:
            reason = "They have complained to the department, which may ask for the records."
            yield Act(now - timedelta(days=13), partial(put_on_hold, pk, admin, reason))


def _bring_in(pk: UUID, name: str, left_on: date, assessor: User, admin: Actor, **given: object) -> None:
    enrolling.enrol(
        apprenticeship_id=pk,
        apprentice=add_person(name),
        started_on=left_on - timedelta(days=300),
        planned_end_on=left_on + timedelta(days=130),
        by=admin,
        **given,  # type: ignore[arg-type]
    )
    enrolling.assign(pk, admin, assessor=assessor)
    told = {"act": uuid4(), "effective_on": left_on, "reason": "They left for another job."}
    enrolling.withdraw(pk, admin, **told)  # type: ignore[arg-type]
