"""Internal quality assurance in the demo: samples, a meeting, an appeal, an investigation, and a hidden file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from accounts.models import Membership, Role
from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Apprenticeship, ConflictOfInterest, Outcome
from apprenticeships.workflow import record_conflict
from assessments import workflow as assessing
from assessments.likeness.workflow import investigate
from assessments.models import Decision, Factor, Sample, Submission
from assessments.sampling.pool import candidates_of
from assessments.workflow import Found, Meeting, ToDo
from core import clock
from core.actor import Actor
from demo import cast
from demo.history import Act
from portfolios.models import EvidenceFile
from portfolios.workflow import hide_file

#: As random as any, and the same each time.
_SEED = sha256(b"the demo of Ashmere Skills").hexdigest()[:32]
_AGREED = "I agree: the evidence is current and it is their own work. Your feedback says well what to do next."
_ASKED = "The feedback does not say where in the evidence this is shown. Ask the apprentice to mark the place."
_AGREED_TOGETHER = (
    "A KSB is met when the evidence shows what the apprentice did themselves, and when. Where somebody else helped, "
    "the feedback asks for their part of it."
)
_LOOKED_INTO = "Two paragraphs read like a page of the employer’s website. We ask the apprentice how they wrote them."
_HIDDEN = "A candidate’s name and telephone number can be read in it."
_GROUNDS = (
    "I think this is shown in the second part: I describe there how I checked every application against the advert."
)


def acts(provider: UUID, iqa: Actor, now: datetime) -> Iterator[Act]:
    """A plan of last week, decisions checked since, what was agreed, and what came up in the last days."""
    yield Act(now - timedelta(days=6), lambda: _plan(provider, iqa))
    yield Act(now - timedelta(days=5), lambda: _check(provider, iqa))
    yield Act(now - timedelta(days=3), lambda: _meet(provider, iqa))
    yield Act(now - timedelta(days=2), lambda: _declare(provider, iqa))
    yield Act(now - timedelta(hours=30), lambda: _investigate(provider, iqa))
    yield Act(now - timedelta(hours=27), lambda: _hide(provider, iqa))
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


def _meet(provider: UUID, iqa: Actor) -> None:
    """The assessors and the quality assurer compared how they judge the newest decisions."""
    newest = Decision.objects.unscoped().standing().filter(claim__provider=provider).newest_first()
    decisions = list(newest.values_list("pk", flat=True)[:2])
    held = Membership.objects.live().filter(organisation=provider, role=Role.ASSESSOR)
    people = frozenset({*held.values_list("user", flat=True), iqa.person})
    judged = {one: dict.fromkeys(people, "met") for one in decisions}
    todo = ToDo("Write down what we agreed for new assessors.", iqa.person_id, clock.today() + timedelta(days=14))
    assessing.record_standardisation(
        provider, iqa, Meeting(clock.today(), people, _AGREED_TOGETHER, None, judged), record_id=uuid4(), actions=[todo]
    )


def _declare(provider: UUID, iqa: Actor) -> None:
    """The quality assurer knows an apprentice: the last to be enrolled, of those who cannot appeal."""
    of_provider = Apprenticeship.objects.unscoped().filter(provider=provider)
    others = of_provider.exclude(submissions__claims__decisions__outcome=Outcome.NOT_YET)
    whose = others.order_by("enrolled_at", "pk").last()
    if whose and iqa.person_id:
        record_conflict(
            whose.pk,
            iqa,
            person_id=iqa.person_id,
            kind=ConflictOfInterest.Kind.FRIEND,
            starts_on=clock.today(),
            reason="We sing in the same choir.",
        )


def _investigate(provider: UUID, iqa: Actor) -> None:
    """Somebody's newest piece that waits is looked into, but not that of whoever has something in every state."""
    waiting = Submission.objects.unscoped().waiting().filter(provider=provider)
    others = waiting.exclude(apprenticeship__apprentice__email=cast.STORIES[0].email)
    if newest := others.order_by("submitted_at", "pk").last():
        investigate(newest.pk, iqa, investigation_id=uuid4(), reason=_LOOKED_INTO)


def _hide(provider: UUID, iqa: Actor) -> None:
    """A file of the same people is hidden, and waits for a quality assurer and an admin to end that together."""
    sent = EvidenceFile.objects.unscoped().filter(evidence__provider=provider, first_submitted_at__isnull=False)
    others = sent.exclude(evidence__apprenticeship__apprentice__email=cast.STORIES[0].email)
    if newest := others.filter(removed_at=None).order_by("first_submitted_at", "pk").last():
        hide_file(newest.pk, iqa, quarantine_id=uuid4(), reason=_HIDDEN)


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
