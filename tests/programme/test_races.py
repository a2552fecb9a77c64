"""Two who do what excludes one another at the same moment: whoever is first, the table of states holds."""

import threading
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import count, islice
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from apprenticeships.workflow import assign
from assessments import workflow as assessing
from assessments.models import Sample
from audit.verification import verify
from core.errors import WorkflowError
from portfolios.workflow import discard_evidence
from programme import workflow as programme
from programme.models import SignedVersion
from signing import workflow as signing
from tests.assessments import quality
from tests.programme import learning, reviewing
from tests.signing import people
from tests.states import off_the_table, states
from tests.world import OWN_WORK, World, acting, claim_words, make_world

Acts = dict[str, Callable[[], Any]]


def finishing(world: World, submission: Any, outcome: str = "met") -> Callable[[], Any]:
    said = {"K1": claim_words(outcome, "Say more.")}
    return lambda: assessing.finish_review(submission.pk, acting(world.assessor), said)


def decide_and_take_back(world: World) -> Iterator[Acts]:
    while True:
        sent = world.submitted("K1")
        yield {
            "finish_review": finishing(world, sent),
            "take_back": lambda sent=sent: assessing.take_back(sent.pk, acting(world.apprentice)),
        }


def finish_twice(world: World) -> Iterator[Acts]:
    while True:
        sent = world.submitted("K1")
        yield {"finish_review": finishing(world, sent), "finish_review again": finishing(world, sent, "not_yet")}


def delete_and_submit(world: World) -> Iterator[Acts]:
    own = acting(world.apprentice)
    while True:
        piece = world.draft("K1")
        yield {
            "discard_evidence": lambda piece=piece: discard_evidence(piece.pk, own),
            "submit": lambda piece=piece: assessing.submit(piece.pk, own, OWN_WORK),
        }


def assign_and_decide(world: World) -> Iterator[Acts]:
    whose, admin = world.apprenticeship.pk, acting(world.admin)
    while True:
        assign(whose, admin, assessor=world.assessor, reason="Back.")
        yield {
            "finish_review": finishing(world, world.submitted("K1")),
            "assign": lambda: assign(whose, admin, assessor=world.second_assessor, reason="They take over."),
        }


def sign_off_and_withdraw(world: World) -> Iterator[Acts]:
    whose, by = world.apprenticeship.pk, acting(world.assessor)
    world.judged({"K1": "met"})
    while True:
        made = assessing.sign_off(whose, world.ksb("K1").pk, by)
        yield {
            "withdraw_sign_off": lambda made=made: assessing.withdraw_sign_off(made.pk, by, "Too early."),
            "sign_off": lambda: assessing.sign_off(whose, world.ksb("K1").pk, by),
        }


def sampled(world: World, code: str) -> Sample:
    """A decision on this KSB, made and drawn now."""
    decision = world.judged({code: "met"}).claims.get().decisions.get()
    return quality.plan(world).samples.unscoped().get(decision=decision)


def reopening(world: World, sample: Sample) -> Callable[[], Any]:
    return lambda: quality.act_on(world, sample, reopen_because="The advert shows no date.")


def verify_and_reopen(world: World) -> Iterator[Acts]:
    """The employer confirms the behaviours while quality assurance reopens one of them."""
    whose, by, contact = world.apprenticeship.pk, acting(world.assessor), people.contact_at(world)
    while True:
        sample = sampled(world, "B1")
        assessing.sign_off(whose, world.ksb("B1").pk, by)
        token = people.token_for(people.ask_employer(world, contact))
        signing.start(token)
        yield {
            "sign": lambda token=token: people.sign(token),
            "check_decision": reopening(world, sample),
        }


def withdraw_and_reopen(world: World) -> Iterator[Acts]:
    whose, by = world.apprenticeship.pk, acting(world.assessor)
    while True:
        sample = sampled(world, "S1")
        made = assessing.sign_off(whose, world.ksb("S1").pk, by)
        yield {
            "withdraw_sign_off": lambda made=made: assessing.withdraw_sign_off(made.pk, by, "Too early."),
            "check_decision": reopening(world, sample),
        }


def confirm_and_correct(world: World) -> Iterator[Acts]:
    while True:
        entry = learning.log(world, minutes=5)
        told = {"correction_id": uuid4(), "words": learning.words(minutes=6), "reason": "It was longer."}
        yield {
            "confirm_hours": lambda entry=entry: learning.confirm(world, entry),
            "correct_hours": lambda entry=entry, told=told: programme.correct_hours(
                entry.pk, acting(world.apprentice), **told
            ),
        }


def sign_and_edit(world: World) -> Iterator[Acts]:
    version = reviewing.issue(world)
    review = reviewing.review_of(version)
    for number in count(1):
        yield {
            "sign_version": lambda version=version: reviewing.sign(world, version, "apprentice"),
            "issue_review": lambda number=number: reviewing.issue(
                world, review, reason="A slip.", section_plan=f"Plan {number}"
            ),
        }
        version = SignedVersion.objects.unscoped().filter(about=review.pk).latest("number")


def at_once(acts: Acts) -> list[BaseException]:
    """Do these at the same moment, and return what went wrong apart from refusals."""
    start, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            act()
        except WorkflowError:
            pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


RACES = [
    decide_and_take_back,
    finish_twice,
    delete_and_submit,
    sign_off_and_withdraw,
    confirm_and_correct,
    sign_and_edit,
    verify_and_reopen,
    withdraw_and_reopen,
    assign_and_decide,  # The last: somebody else assesses from then on.
]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_acts_that_exclude_one_another_keep_to_the_table_of_states_at_once() -> None:
    world = make_world()
    for race in RACES:
        for acts in islice(race(world), 1):
            before = states()
            assert at_once(acts) == []
            names = [name.removesuffix(" again") for name in acts]
            assert off_the_table(before, states(), *names) == []
    call_command("rebuild_coverage", "--check", stdout=StringIO())
    assert list(map(str, verify(files=False))) == []
