"""Internal quality assurance in the demo: a sample that is drawn, some of it checked, and an appeal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Outcome
from assessments import workflow as assessing
from assessments.models import Decision, Factor, Sample
from assessments.sampling.pool import candidates_of
from assessments.workflow import Found
from core import clock
from core.actor import Actor
from demo.history import Act

#: As random as any, and the same each time.
_SEED = sha256(b"the demo of Ashmere Skills").hexdigest()[:32]
_AGREED = "I agree: the evidence is current and it is their own work. Your feedback says well what to do next."
_ASKED = "The feedback does not say where in the evidence this is shown. Ask the apprentice to mark the place."
_GROUNDS = (
    "I think this is shown in the second part: I describe there how I checked every application against the advert."
)


def acts(provider: UUID, iqa: Actor, now: datetime) -> Iterator[Act]:
    """A plan of last week, two decisions checked since, and an appeal of yesterday."""
    yield Act(now - timedelta(days=6), lambda: _plan(provider, iqa))
    yield Act(now - timedelta(days=5), lambda: _check(provider, iqa))
    yield Act(now - timedelta(days=1), lambda: _appeal(provider))


def _plan(provider: UUID, iqa: Actor) -> None:
    today = clock.today()
    since = today - timedelta(days=60)
    if not candidates_of(provider, since, today):
        return
    spread = [Factor.ASSESSORS, Factor.METHODS]
    rates = assessing.Rates()
    assessing.plan_sample(
        provider, iqa, plan_id=uuid4(), seed=_SEED, rates=rates, factors=spread, from_on=since, until_on=today
    )


def _check(provider: UUID, iqa: Actor) -> None:
    """Agree with one decision, and ask for something about another."""
    waiting = Sample.objects.unscoped().waiting().filter(provider=provider, decision__outcome=Outcome.MET)
    for number, one in enumerate(waiting.oldest_first()[:2]):
        found = Found("agreed", _AGREED)
        if number:
            due_on = clock.today() + timedelta(days=10)
            found = Found("action", _ASKED, "Say where it is shown, in a correction.", one.assessor_id, due_on)
        assessing.check_decision(one.pk, iqa, found, finding_id=uuid4())


def _appeal(provider: UUID) -> None:
    """Against the newest *not yet*, if there is one."""
    not_yet = (
        Decision.objects.unscoped()
        .standing()
        .filter(claim__provider=provider, outcome=Outcome.NOT_YET, claim__apprenticeship__status__in=OPEN_STATUSES)
    )
    if decision := not_yet.select_related("claim__apprenticeship").newest_first().first():
        apprentice = Actor(decision.claim.apprenticeship.apprentice_id)
        assessing.appeal_decision(decision.pk, apprentice, appeal_id=uuid4(), grounds=_GROUNDS)
