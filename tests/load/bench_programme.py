"""The made-up rows that the pages of the programme and its dashboards show in `make bench`."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.load.bench_pages import Site
from tests.load.serving import PASSWORD

#: More than a page of each.
HOURS, SESSIONS = 60, 60
REVIEWS_OF_ONE = 6


def make_programme(site: Site, learners: list[Any], assessors: dict[str, Any]) -> None:
    """Hours, sessions, reviews, people at an employer, a file of learners and observations: many, and few."""
    learner, small = learners[24], learners[0]
    assessor, other = assessors[site.assessor_email], assessors[site.small_assessor_email]
    for person in (assessor, other):
        person.acting_for = learner.provider
    mentors = _mentors(learners)
    _hours(learner, assessor, HOURS)
    _hours(small, other, 2)
    _sessions(site, learners[24:50], assessor)
    _plan_reviews([one for one in learners if one not in (learner, small)], assessor)
    for size, whose, by, rounds in (("many", learner, assessor, REVIEWS_OF_ONE), ("few", small, other, 1)):
        site.progress_reviews[size] = _review(whose, by, mentors[size], rounds)
    _imports(site, learner.provider)
    _observations(site, learner, small, assessor, other)


def _mentors(learners: list[Any]) -> dict[str, Any]:
    """Two people at the employer, who look after most learners and after a few."""
    from accounts.models import Membership, Role, User
    from accounts.workflow import confirm_address
    from apprenticeships.models import Assignment
    from core import clock

    found = {}
    for size, email, whose in (
        ("many", "load-mentor-1@load.test", learners[20:]),
        ("few", "load-mentor-2@load.test", learners[:2]),
    ):
        mentor = User.objects.create(email=email, name=f"Load Mentor {size.capitalize()}")
        mentor.set_password(PASSWORD)
        mentor.save()
        confirm_address(mentor)
        employer = learners[0].employer
        Membership.objects.create(user=mentor, organisation=employer, role=Role.MENTOR, started_on=clock.today())
        Assignment.objects.bulk_create(
            Assignment(apprenticeship=one, person=mentor, role=Assignment.Role.MENTOR, started_on=clock.today())
            for one in whose
        )
        mentor.acting_for = employer
        found[size] = mentor
    return found


def _hours(learner: Any, assessor: Any, count: int) -> None:
    from core import clock
    from programme.learning_hours import totals as hours
    from programme.models import HoursConfirmation, OffTheJobEntry

    ksbs = [str(pk) for pk in learner.standard_version.ksbs.order_by("position").values_list("pk", flat=True)]
    entries = OffTheJobEntry.objects.bulk_create(
        OffTheJobEntry(
            apprenticeship=learner,
            provider_id=learner.provider_id,
            happened_on=clock.today() - timedelta(days=number + 1),
            minutes=90,
            kind="teaching" if number % 5 else "portfolio",
            counts=bool(number % 5),
            note=f"What was learned on day {number + 1}",
            deliverer="Nina Tutor",
            delivered_by=assessor if number % 2 else None,
            ksbs=ksbs[number % 5 : number % 5 + 3],
            by=learner.apprentice,
        )
        for number in range(count)
    )
    HoursConfirmation.objects.bulk_create(
        HoursConfirmation(entry=entry, provider_id=learner.provider_id, by=assessor)
        for entry in entries[::2]
        if entry.counts
    )
    hours.settle(learner)


def _sessions(site: Site, learners: list[Any], assessor: Any) -> None:
    """A page of sessions, and two with registers: of all these learners, and of two."""
    from core import clock
    from programme.models import TrainingSession
    from programme.workflow import SessionWords, register_session
    from tests.world import acting

    provider = learners[0].provider
    today = clock.today()
    TrainingSession.objects.bulk_create(
        TrainingSession(
            provider=provider,
            title=f"Session {number + 1}",
            happened_on=today - timedelta(days=number + 10),
            minutes=90,
            kind="teaching",
            trainer=assessor,
            by=assessor,
        )
        for number in range(SESSIONS)
    )
    own = [one for one in learners if one.assignments.filter(person=assessor, ended_on=None).exists()]
    for size, there, days in (("many", own, 2), ("few", own[:2], 4)):
        made = register_session(
            provider.pk,
            acting(assessor),
            session_id=uuid4(),
            words=SessionWords(f"Interviewing, {size}", today - timedelta(days=days), 30, "teaching"),
            present=[one.pk for one in there[:-1]],
            absent=[there[-1].pk],
        )
        site.sessions[size] = str(made.pk)


def _plan_reviews(learners: list[Any], assessor: Any) -> None:
    """Of each learner one that was held, and of every other one that is planned."""
    from core import clock
    from programme.models import ProgressReview

    today = clock.today()
    held = [
        ProgressReview(
            apprenticeship=one,
            provider_id=one.provider_id,
            planned_on=today - timedelta(days=70 + number % 40),
            planned_by=assessor,
            held_on=today - timedelta(days=70 + number % 40),
            issued_at=clock.now() - timedelta(days=60),
        )
        for number, one in enumerate(learners)
    ]
    planned = [
        ProgressReview(
            apprenticeship=one,
            provider_id=one.provider_id,
            planned_on=today + timedelta(days=3),
            planned_by=assessor,
        )
        for one in learners[::2]
    ]
    ProgressReview.objects.bulk_create([*held, *planned])


def _review(learner: Any, assessor: Any, mentor: Any, rounds: int) -> dict[str, str]:
    """Reviews that were held one after the other and signed by all, and one that is planned: their ids."""
    from core import clock
    from programme import workflow
    from tests.programme.reviewing import words
    from tests.world import acting

    learner.apprentice.acting_for = None
    for left in range(rounds, 0, -1):
        day = max(clock.today() - timedelta(days=40 * left), learner.started_on)
        planned = workflow.plan_review(learner.pk, acting(assessor), review_id=uuid4(), planned_on=day)
        said = words(planned, held_on=day.isoformat())
        version = workflow.issue_review(planned.pk, acting(assessor), revision=0, words=said, reason="")
        for person, party in ((learner.apprentice, "apprentice"), (mentor, "employer")):
            workflow.sign_version(version.pk, acting(person), party=party, shown=version.sha256)
    ahead = clock.today() + timedelta(days=30)
    next_one = workflow.plan_review(learner.pk, acting(assessor), review_id=uuid4(), planned_on=ahead)
    return {"signed": str(version.about), "planned": str(next_one.pk)}


def _imports(site: Site, provider: Any) -> None:
    """Two files of learners that were read and wait to be confirmed."""
    from apprenticeships import uploads
    from apprenticeships.importing.columns import TEMPLATE
    from apprenticeships.importing.files import read
    from core import clock
    from tests.world import acting

    admin = provider.memberships.get(role="provider_admin").user
    admin.acting_for = provider
    started, end = clock.today() - timedelta(days=20), clock.today() + timedelta(days=500)
    for size, count in (("many", 60), ("few", 2)):
        table = io.StringIO()
        table.write(",".join(TEMPLATE) + "\n")
        for number in range(count):
            given = {
                "learner_reference": f"B{size}{number}",
                "first_name": "Robin",
                "last_name": f"Learner {chr(65 + number // 26)}{chr(97 + number % 26)}",
                "email": f"robin-{size}-{number}@load.test",
                "standard": "ST9899",
                "version": "1.0",
                "start_date": started.isoformat(),
                "planned_end_date": end.isoformat(),
                "planned_hours": "400",
                "weekly_hours": "37.5",
            }
            table.write(",".join(given.get(name, "") for name in TEMPLATE) + "\n")
        content = table.getvalue().encode()
        kept = uploads.keep(read(content, "learners.csv"), content, "learners.csv", provider, acting(admin))
        site.imports[size] = str(kept.pk)


def _observations(site: Site, learner: Any, small: Any, assessor: Any, other: Any) -> None:
    from core import clock
    from portfolios import workflow
    from portfolios.content import EvidenceContent
    from portfolios.models import EvidenceKind
    from tests.world import acting

    for size, whose, by, claimed in (("many", learner, assessor, 12), ("few", small, other, 1)):
        ksbs = list(whose.standard_version.ksbs.order_by("position").values_list("pk", flat=True))
        content = EvidenceContent.written(
            kind=EvidenceKind.OBSERVATION,
            title="An interview, as it was seen",
            narrative="They greeted the candidate and asked what was agreed.",
            happened_on=clock.today(),
            claims=dict.fromkeys(ksbs[:claimed], ""),
        )
        made = workflow.start_observation(whose.pk, acting(by), evidence_id=uuid4(), content=content)
        site.observations[size] = str(made.pk)
