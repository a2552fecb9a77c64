"""What tests of quality assurance do to get somewhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Invitation, User
from apprenticeships import workflow as enrolling
from apprenticeships.models import ConflictOfInterest
from assessments import workflow as assessing
from assessments.models import Appeal, Finding, PoolDecision, Sample, SamplingPlan, Standardisation
from assessments.workflow import Found, Meeting, Rates, ToDo
from core import clock
from occupations.models import Standard
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Evidence
from tests.world import World, acting

#: Everything is drawn.
ALL = Rates(100, 100, 100, 100)


def plan(world: World, rates: Rates = ALL, **given: Any) -> SamplingPlan:
    """A plan of the world's quality assurer for the last thirty days."""
    today = clock.today()
    told = {"plan_id": uuid4(), "seed": "a seed", "from_on": today - timedelta(days=30), "until_on": today}
    by = acting(given.pop("by", world.iqa))
    return assessing.plan_sample(world.provider.pk, by, rates=rates, **told | given)


def sample(world: World, outcomes: dict[str, str] | None = None) -> Sample:
    """The one sample of a decision that the assessor made."""
    world.judged(outcomes or {"K1": "met"})
    return plan(world).samples.unscoped().get()


def agree(world: World, of: Sample, **given: Any) -> Finding:
    return assessing.check_decision(of.pk, acting(world.iqa), Found("agreed", "Well judged."), finding_id=uuid4())


def act_on(world: World, of: Sample, **given: Any) -> Finding:
    """A finding by which the assessor has something to do within a week."""
    found = Found("action", "The advert shows no date.", "Ask for the date.", world.assessor.pk, clock.today() + WEEK)
    return assessing.check_decision(of.pk, acting(world.iqa), found, finding_id=uuid4(), **given)


def note(world: World, finding: Finding, kind: str, by: Any = None) -> None:
    person = by or (world.assessor if kind == "answer" else world.iqa)
    assessing.note_on_finding(finding.pk, acting(person), note_id=uuid4(), kind=kind, words="As asked.")


def pool_of(made: SamplingPlan) -> list[PoolDecision]:
    return list(made.pool.unscoped().select_related("line"))


WEEK = timedelta(days=7)


def appeal(world: World) -> Appeal:
    """The apprentice's appeal against a *not yet* on K1."""
    decision = world.judged({"K1": "not_yet"}).claims.get().decisions.get()
    own = acting(world.apprentice)
    return assessing.appeal_decision(decision.pk, own, appeal_id=uuid4(), grounds="The date is on page 2.")


def appeal_against_withdrawal(world: World) -> Appeal:
    """The apprentice's appeal against the withdrawn sign-off of K1."""
    signed = world.signed_off("K1")
    withdrawal = assessing.withdraw_sign_off(signed.pk, acting(world.assessor), "Too thin.")
    own = acting(world.apprentice)
    return assessing.appeal_withdrawal(withdrawal.pk, own, appeal_id=uuid4(), grounds="It is enough.")


def conflict(world: World, person: Any = None, **given: Any) -> ConflictOfInterest:
    """A conflict of interest of the assessor, or of somebody else, with the first apprentice; an admin recorded it."""
    told = {
        "kind": "friend",
        "starts_on": clock.today(),
        "reason": "Old neighbours.",
        "by": acting(world.admin),
    } | given
    return enrolling.record_conflict(
        world.apprenticeship.pk, told.pop("by"), person_id=(person or world.assessor).pk, **told
    )


def standardised(world: World, **given: Any) -> Standardisation:
    """A record of a meeting of the assessor and the quality assurer about a decision on K1, with an action."""
    decision = given.pop("decision", None) or world.judged({"K1": "met"}).claims.get().decisions.get()
    judged = {decision.pk: {world.assessor.pk: "met", world.iqa.pk: "not_yet"}}
    people = frozenset({world.assessor.pk, world.iqa.pk})
    meeting = Meeting(clock.today(), people, "An advert needs a date.", world.version.standard_id, judged)
    todo = ToDo("Tell the others.", world.assessor.pk, clock.today() + WEEK)
    return assessing.record_standardisation(
        world.provider.pk, acting(world.iqa), meeting, record_id=uuid4(), actions=[todo]
    )


def observation(world: World, *codes: str, by: User | None = None) -> Evidence:
    """A draft of the first apprentice that their assessor records."""
    content = EvidenceContent.written(
        title="At the counter",
        kind="observation",
        narrative="She listened, and repeated what the customer had said.",
        happened_on=clock.today(),
        claims={world.ksb(code).pk: "In the notes." for code in codes},
    )
    whose = world.apprenticeship.pk
    return collecting.start_observation(whose, acting(by or world.assessor), evidence_id=uuid4(), content=content)


def invited_auditor(world: World, standard: Standard) -> Invitation:
    """Somebody from outside, for a standard, the starts of a period, and a learner."""
    day = timedelta(days=1)
    return enrolling.invite_auditor(
        world.provider,
        acting(world.admin),
        name="Ada Audit",
        email="ada@audit.test",
        ends_on=clock.today() + 9 * day,
        standards=[standard],
        learners=[world.second],
        starts_from=clock.today() - 900 * day,
        starts_until=clock.today(),
    )
