"""People with no account who were asked in the demo: a witness, an expert who declined, an employer who confirmed."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from apprenticeships.workflow import add_contact
from assessments import workflow as assessing
from assessments.models import Submission, Verification
from core.actor import Actor
from demo.cast import Employer
from demo.history import Act, History
from jobs.mail import text_of
from jobs.models import Mail
from signing import workflow as signing
from signing.models import Link, Purpose

WITNESS = ("Olga Petrenko", "olga.petrenko@quillstone.test")
EXPERT = ("Graham Tully", "graham.tully@quillstone.test")


def acts(
    told: History, employer: Employer, provider: UUID, employing: UUID, admin: Actor, now: datetime
) -> Iterator[Act]:
    """The employer asked nine days ago, an expert five and a witness yesterday, about the newest piece of that day."""

    def at(days: float) -> datetime:
        return now - timedelta(days=days)

    def ask_employer() -> None:
        address = f"confirmations@{_place(employer)}.test"
        contact = add_contact(provider, employing, admin, name=employer.mentor, email=address)
        assessing.ask_employer(told.apprenticeship_id, told.assessor, verification_id=uuid4(), contact_id=contact.pk)

    def ask(kind: Purpose, whom: tuple[str, str], by: Actor) -> None:
        of = Submission.objects.unscoped().filter(apprenticeship=told.apprenticeship_id, withdrawn_at=None)
        name, email = whom
        newest = of.latest("submitted_at")
        assessing.ask_testimony(newest.pk, by, verification_id=uuid4(), kind=kind, name=name, email=email)

    yield Act(at(9), ask_employer)
    yield Act(at(8.2), partial(_confirm, told.apprenticeship_id, employer.mentor, "Line manager"))
    yield Act(at(5), lambda: ask(Purpose.EXPERT, EXPERT, told.assessor))
    yield Act(
        at(4.1), partial(_decline, told.apprenticeship_id, "I recruit for another sector, so I cannot judge this.")
    )
    yield Act(at(1), lambda: ask(Purpose.WITNESS, WITNESS, told.apprentice))


def _place(employer: Employer) -> str:
    return re.sub(r"[^a-z]+", "-", employer.name.lower()).strip("-")


def _token(apprenticeship: UUID, kind: Purpose) -> str:
    """The token in the mail to whoever was asked last: it is nowhere else."""
    asked = Verification.objects.unscoped().filter(apprenticeship=apprenticeship, kind=kind).latest("asked_at")
    link = Link.objects.unscoped().get(about=asked.pk)
    body = text_of(Mail.objects.get(about=link.pk))["body"]
    found = re.search(r"/sign/([\w-]+)/", body)
    if found is None:
        raise LookupError("The mail has no link.")
    return found[1]


def _confirm(apprenticeship: UUID, name: str, role: str) -> None:
    token = _token(apprenticeship, Purpose.EMPLOYER)
    link = signing.start(token)
    comment = "Always on time, and honest with candidates about what a job is like."
    asked = [one["ksb"] for one in link.content["behaviours"]]
    # All but one are verified, so there is one to be asked about again.
    answers = dict.fromkeys(asked, assessing.Said(True))
    answers[asked[-1]] = assessing.Said(False, "I would like to see this with a client before I say yes.")
    assessing.confirm(
        token, shown=link.edition(has_changed=False), name=name, role=role, comment=comment, answers=answers
    )


def _decline(apprenticeship: UUID, reason: str) -> None:
    token = _token(apprenticeship, Purpose.EXPERT)
    signing.start(token)
    signing.decline(token, reason=reason)
