"""A learner's file in the demo: some documents, a training plan that was agreed again, and learning support."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import clock
from core.actor import Actor
from demo.history import Act, History
from programme.learner_file import support_workflow as support
from programme.learner_file import workflow

_STAFF = ("for_assessors", "for_quality", "for_admins")
_ALL = ("for_apprentice", *_STAFF)
#: Kind, what it is, who sees it, how many days after the start.
_PAPERS = (
    ("eligibility", "Right to work and residence, checked", _STAFF, 1),
    ("initial_assessment", "Initial assessment and skills scan", _ALL, 2),
    ("agreement", "Apprenticeship agreement, signed by both", (*_ALL, "for_employer"), 3),
    ("prior_learning", "Prior learning: none recognised, and why", _ALL, 4),
)


def acts(told: History, admin: Actor, started_days: int, now: datetime) -> Iterator[Act]:
    """Documents in the first week, a plan that was agreed again, and support that is written down each month."""

    def at(days_after: int) -> datetime:
        return timezone.localtime(now - timedelta(days=started_days - days_after)).replace(hour=11, minute=20)

    for kind, title, readers, days_after in _PAPERS:
        yield Act(at(days_after), partial(_add, told, admin, kind, title, readers))
    first = uuid4()
    yield Act(at(5), partial(_add, told, told.assessor, "training_plan", "Training plan", _ALL, first))
    again = partial(_add, told, told.assessor, "training_plan", "Training plan, version 2", _ALL, None, first)
    yield Act(at(60), again)
    yield Act(at(14), partial(_plan, told, at(14).date()))
    for month in (30, 60):
        yield Act(at(month), partial(_note, told))


def _add(
    told: History,
    by: Actor,
    kind: str,
    title: str,
    readers: tuple[str, ...],
    document_id: UUID | None = None,
    replaces: UUID | None = None,
) -> None:
    content = f"{title}\n\nThis is a made-up document of the demo.\n".encode()
    made = workflow.add_document(
        told.apprenticeship_id,
        by,
        SimpleUploadedFile(f"{kind.replace('_', '-')}.txt", content, "text/plain"),
        document_id=document_id or uuid4(),
        kind=kind,
        title=title,
        dated_on=clock.today(),
        readers=readers,
        replaces=replaces,
    )
    told.stored.append(made.stored)


def _plan(told: History, on: date) -> None:
    support.plan_support(
        told.apprenticeship_id,
        told.assessor,
        plan_id=uuid4(),
        need="Reads more slowly than others and tires of long texts.",
        adjustments="Texts a week before each session, and recordings of the longer ones.",
        agreed_with="The apprentice, in a talk with their assessor",
        starts_on=on,
        ends_on=on + timedelta(days=365),
    )


def _note(told: History) -> None:
    said = "Read next month’s text together, and tried out a reading ruler."
    support.note_support(told.apprenticeship_id, told.assessor, note_id=uuid4(), month=clock.today(), said=said)
