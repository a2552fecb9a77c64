"""What tests of the gateway do to get somewhere."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from assessments import workflow as assessing
from core import clock
from occupations.models import Ksb
from programme import workflow as programme
from programme.models import AssessmentResult, Party, SignedVersion
from reports.gateway import workflow
from reports.gateway.checklist import Checklist, checklist_of
from reports.gateway.workflow import ResultWords
from reports.pack.workflow import choose_pieces
from signing.models import Link
from tests.programme import attaining, reviewing
from tests.signing.people import contact_at
from tests.world import World, acting, person


def checklist(world: World) -> Checklist:
    learner = Apprenticeship.objects.unscoped().select_related("standard_version__standard", "apprentice", "provider")
    return checklist_of(learner.get(pk=world.apprenticeship.pk))


def state(world: World, key: str) -> str:
    return next(line.state.value for line in checklist(world).lines if line.key == key)


def ready(world: World) -> None:
    """Everything on the list is done, for somebody who started early enough and has the hours."""
    attaining.started(world, clock.today() - timedelta(days=500), date(1990, 5, 5))
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(planned_hours=600, off_the_job_minutes=60 * 600)
    ready_by_acts(world)


def ready_by_acts(world: World) -> None:
    """All but the hours and the time: evidence, sign-offs, a piece that is chosen, English, maths and a review."""
    codes = list(Ksb.objects.filter(version=world.version).values_list("code", flat=True))
    piece = world.judged(dict.fromkeys(codes, "met"), apprenticeship=world.apprenticeship)
    ksbs = list(Ksb.objects.filter(version=world.version).values_list("pk", flat=True))
    assessing.sign_off_several(world.apprenticeship.pk, ksbs, acting(world.assessor))
    choose_pieces(world.apprenticeship.pk, acting(world.assessor), {piece.evidence_id: True})
    attaining.both(world)
    reviewing.issue(world)


def opened(world: World, by: Any = None) -> SignedVersion:
    return workflow.open_declarations(world.apprenticeship.pk, acting(by or world.assessor))


def declare(world: World, version: SignedVersion, party: str, by: Any = None) -> Any:
    person = by or {Party.APPRENTICE: world.apprentice, Party.EMPLOYER: world.mentor}[Party(party)]
    return workflow.declare(version.pk, acting(person), party=party, shown=version.sha256)


def locked(world: World) -> SignedVersion:
    """Declared by all three: the first two in the app."""
    version = opened(world)
    declare(world, version, "apprentice")
    declare(world, version, "employer")
    return version


def ask(world: World, version: SignedVersion, **contact: str) -> Link:
    to = contact_at(world, **contact)
    return programme.ask_employer_to_sign(version.pk, acting(world.assessor), contact_id=to.pk)


def result(world: World, grade: str = "merit", *, pk: Any = None, **given: Any) -> AssessmentResult:
    words = ResultWords(grade, given.pop("decided_on", clock.today()), **given)
    admin = acting(world.admin)
    return workflow.record_assessment_result(world.apprenticeship.pk, admin, result_id=pk or uuid4(), words=words)


def every_act(world: World) -> None:
    """Of somebody new: a round that was released, one that was returned, one that is locked, and a corrected result."""
    world = _with_somebody_new(world)
    ready_by_acts(world)
    workflow.release_declarations(opened(world).pk, acting(world.apprentice), "The hours are wrong.")
    workflow.return_gateway(locked(world).pk, acting(world.admin), kind="organisation", reason="A page is missing.")
    locked(world)
    first = result(world)
    words = ResultWords("distinction", first.decided_on)
    told = {"correction_id": uuid4(), "words": words, "reason": "Mistyped."}
    workflow.correct_assessment_result(first.pk, acting(world.admin), **told)


def _with_somebody_new(world: World) -> World:
    """The same world, where the first apprentice is another, who started under rules that ask for no hours."""
    newcomer = person("declares")
    made = enrolling.enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        apprentice=newcomer,
        employer=world.employer,
        started_on=date(2021, 9, 1),
        planned_end_on=clock.today() + timedelta(days=60),
        by=acting(world.admin),
    )
    enrolling.assign(made.pk, acting(world.admin), assessor=world.assessor, mentor=world.mentor)
    return replace(world, apprenticeship=made, people=world.people | {"apprentice": newcomer})
