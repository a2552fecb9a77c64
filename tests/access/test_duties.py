"""Separation of duties: whoever may not judge, sign, confirm or check tries it by the form that others would send.

None of it succeeds, and nothing in the database changes. One world is made for all of them.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from apprenticeships import workflow as enrolling
from assessments import workflow as assessing
from assessments.models import Decision, SignOff
from core import clock
from signing.workflow import decline, revoke
from tests.access.browsers import signed_in_browser
from tests.access.rules import whole_world
from tests.assessments import quality
from tests.assessments.policies.test_countersigning import record
from tests.rows import rows_of, tables_written_to
from tests.signing.people import ask_witness, link_of, sign, token_for
from tests.world import World, acting, claim_words, feedback_form, grant, person

pytestmark = pytest.mark.django_db
#: What may change although somebody was refused: nothing of the record or of anybody's work.
PARTS = ("apprenticeships", "assessments", "audit", "portfolios", "programme", "reports", "signing")
SOON = timedelta(days=9)


class Attempt(NamedTuple):
    """Who tries it and why they may not, on which address, about what of the scene, saying what."""

    who: str
    why: str
    address: str
    about: str
    said: dict[str, Any]


class Scene(NamedTuple):
    """The world, what the attempts are about, a browser for each person, and all rows as they were."""

    things: dict[str, dict[str, Any]]
    browsers: dict[str, Client]
    rows: dict[str, list[str]]


FINISH = {"outcome_K1": "met", **feedback_form("K1", "More.")}
CORRECT = {"outcome": "not_yet", "reason": "Read again.", **feedback_form("", "More.")}
REASON = {"reason": "As agreed."}
FOUND = {"result": "agreed", "feedback": "Well judged.", "action": "", "due_on": "", "reason": "As agreed."}
ANSWER = {"result": "turned_down", "reason": "As before."}
SIGNED = {"name": "Wanda Witness", "role": "Manager", "comment": "", "choice": "yes", "reason": "I never saw it."}
PASSED_ON = {"name": "Nina Next", "email": "nina.next@example.test"}

#: Acts of the assigned assessor, with what each is about.
JUDGING = [
    ("pages:review-finish", "waiting", FINISH),
    ("pages:review-send", "finished", {}),
    ("pages:review-undo", "finished", {}),
    ("pages:sign-off", "met", {}),
    ("pages:sign-off-withdraw", "signed off", REASON),
    ("pages:decision-correct", "decision", CORRECT),
]
#: Who is none, or is one no more.
NO_ASSESSORS = {
    "anonymous": "nobody",
    "apprentice": "self, although an assessor and a quality assurer elsewhere in the provider",
    "second_apprentice": "peer",
    "second_assessor": "unassigned",
    "former_assessor": "ended",
    "lapsed": "competence ended",
    "iqa": "wrong role",
    "admin": "wrong role",
    "viewer": "wrong role",
    "mentor": "wrong role",
    "trainer": "wrong role",
    "manager": "wrong role",
    "other_assessor": "another provider",
}
ATTEMPTS = [Attempt(who, why, *act) for who, why in NO_ASSESSORS.items() for act in JUDGING]
ATTEMPTS += [
    Attempt("trainee", "in training", "pages:sign-off", "met", {}),
    Attempt("trainee", "in training", "pages:sign-off-withdraw", "signed off", REASON),
    Attempt("trainee", "own decision", "pages:countersign", "by the trainee", {}),
    Attempt("apprentice", "self", "pages:countersign", "by the trainee", {}),
    Attempt("second_assessor", "unassigned", "pages:countersign", "by the trainee", {}),
    Attempt("double", "own decision", "pages:sample", "sample of the double", FOUND),
    Attempt("double", "own decision appealed against", "pages:appeal-answer", "appeal", ANSWER),
    Attempt("apprentice", "own appeal", "pages:appeal-answer", "appeal", ANSWER),
    Attempt("apprentice", "decision about themself", "pages:sample", "sample", FOUND),
    Attempt("assessor", "own decision, no quality assurer", "pages:sample", "sample", FOUND),
    Attempt("assessor", "no quality assurer", "pages:appeal-answer", "appeal", ANSWER),
    Attempt("admin", "wrong role", "pages:sample", "sample", FOUND),
    Attempt("assessor", "out of order: not met", "pages:sign-off", "not met", {}),
    Attempt("assessor", "out of order: not finished", "pages:review-send", "waiting", {}),
    Attempt("assessor", "out of order: sent", "pages:review-undo", "sent", {}),
    Attempt("assessor", "out of order: withdrawn", "pages:sign-off-withdraw", "withdrawn", {"reason": "Again."}),
    Attempt("assessor", "out of order: superseded", "pages:decision-correct", "superseded", CORRECT),
    Attempt("assessor", "not the apprentice", "pages:evidence-take-back", "evidence", {}),
    Attempt("second_apprentice", "peer", "pages:evidence-take-back", "evidence", {}),
    Attempt("admin", "themself no apprentice", "pages:appeal-take-back", "appeal", REASON),
    *(
        Attempt("anonymous", f"{state} link", f"pages:{act}", state, said)
        for state in ("used", "declined", "withdrawn link", "made up")
        for act, said in (
            ("link-start", {}),
            ("link-sign", SIGNED),
            ("link-decline", SIGNED),
            ("link-pass-on", PASSED_ON),
        )
        # Whoever declines once more is shown that they have.
        if (state, act) != ("declined", "link-decline")
    ),
    Attempt("apprentice", "link of another", "pages:link-sign", "open link", SIGNED),
    Attempt("assessor", "link of another", "pages:link-sign", "open link", SIGNED),
    Attempt("anonymous", "not started", "pages:link-sign", "open link", SIGNED),
]


def _people(world: World) -> None:
    """More people: each of them is nearly somebody who may."""
    for who, roles in {
        "trainee": [Role.ASSESSOR],
        "lapsed": [Role.ASSESSOR],
        "double": [Role.ASSESSOR, Role.IQA],
    }.items():
        world.people[who] = person(who, *((world.provider, role) for role in roles))
        enrolling.assign(
            world.apprenticeship.pk, acting(world.admin), cover=world.people[who], cover_until=clock.today() + SOON
        )
    for role in (Role.ASSESSOR, Role.IQA):
        grant(world.apprentice, world.provider, role, started_on=clock.today())


def _judged_by(world: World, who: str, code: str, outcome: str, title: str):  # type: ignore[no-untyped-def]
    made = world.submitted(code, title=title)
    by = acting(world.people[who])
    assessing.finish_review(made.pk, by, {code: claim_words(outcome, "Say more.")})
    assessing.send_review(made.pk, by)
    return made


def _things(world: World) -> dict[str, dict[str, Any]]:
    """What the attempts are about, by the names that they use."""
    own = {"apprenticeship_id": world.apprenticeship.pk}
    sent = world.judged({"K2": "met"}, title="Sent")
    decision = Decision.objects.unscoped().get(claim__submission=sent)
    first = world.signed_off("B1")
    gone = assessing.withdraw_sign_off(first.pk, acting(world.assessor), "Too early.").sign_off
    live = assessing.sign_off(world.apprenticeship.pk, world.ksb("B1").pk, acting(world.assessor))
    wrong = Decision.objects.unscoped().get(claim__submission=world.judged({"S2": "not_yet"}, title="Corrected"))
    assessing.correct_decision(wrong.pk, acting(world.assessor), "met", wrong.feedback, "I read the wrong file.")
    by_double = _judged_by(world, "double", "S1", "not_yet", "By the double")
    against = Decision.objects.unscoped().get(claim__submission=by_double)
    appeal = assessing.appeal_decision(
        against.pk, acting(world.apprentice), appeal_id=world.second.pk, grounds="The date is on page 2."
    )
    samples = quality.plan(world).samples
    today = clock.today()
    record(world, world.assessor)
    record(world, world.people["trainee"], "training")
    record(world, world.people["lapsed"], starts_on=today - SOON, ends_on=today)
    waiting = world.submitted("K1", title="Waiting")
    by_trainee = _judged_by(world, "trainee", "K2", "met", "By the trainee")
    finished = world.finish(world.submitted("K1", title="Finished"), {"K1": "met"})
    asked = [
        ask_witness(world, sent, email=f"{name}@example.test") for name in ("used", "declined", "withdrawn", "open")
    ]
    tokens = [token_for(one) for one in asked]
    sign(tokens[0])
    decline(tokens[1], reason="I was away.")
    revoke(link_of(asked[2]).pk, acting(world.assessor))
    return {
        "waiting": {"submission_id": waiting.pk},
        "evidence": {"evidence_id": waiting.evidence_id},
        "finished": {"submission_id": finished.pk},
        "sent": {"submission_id": sent.pk},
        "by the trainee": {"submission_id": by_trainee.pk},
        "met": own | {"code": "S2"},
        "not met": own | {"code": "K1"},
        "signed off": {"sign_off_id": live.pk},
        "withdrawn": {"sign_off_id": gone.pk},
        "decision": {"decision_id": decision.pk},
        "superseded": {"decision_id": wrong.pk},
        "appeal": {"appeal_id": appeal.pk},
        "sample": {"sample_id": samples.get(decision=decision).pk},
        "sample of the double": {"sample_id": samples.get(decision=against).pk},
        "used": {"token": tokens[0]},
        "declined": {"token": tokens[1]},
        "withdrawn link": {"token": tokens[2]},
        "open link": {"token": tokens[3]},
        "made up": {"token": "nobody-was-ever-sent-this"},
    }


def _rows() -> dict[str, list[str]]:
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.app_label in PARTS]
    return {table: sorted(rows_of(table).lines) for table in tables}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Made once: what a test changes in it ends with that test."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = whole_world()
        _people(world)
        things = _things(world)
        browsers = {who: signed_in_browser(world, who) for who in {attempt.who for attempt in ATTEMPTS}}
        connection.check_constraints()
        assert SignOff.objects.unscoped().count() == 2
        yield Scene(things, browsers, _rows())
        transaction.set_rollback(True)


def _is_refused(answer: HttpResponse) -> bool:
    """Not done: sent to sign in, told why not, or shown a page without an act."""
    return answer.status_code != 302 or answer.url.startswith("/account/login/")


def test_there_are_sixty_and_more_of_every_kind():
    assert len(ATTEMPTS) > 60
    assert len({attempt[:4] for attempt in ATTEMPTS}) == len(ATTEMPTS)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[f"{one.who}, {one.why}: {one.address[6:]}" for one in ATTEMPTS])
def test_nobody_does_what_is_somebody_elses_and_nothing_changes(scene: Scene, attempt: Attempt) -> None:
    with transaction.atomic():
        where = reverse(attempt.address, kwargs=scene.things[attempt.about])
        with tables_written_to() as tables:
            answer = scene.browsers[attempt.who].post(where, attempt.said)
        assert _is_refused(answer)
        for table in tables & scene.rows.keys():
            assert sorted(rows_of(table).lines) == scene.rows[table]
        transaction.set_rollback(True)


def test_what_somebody_may_do_is_seen_in_the_rows(scene: Scene) -> None:
    with transaction.atomic():
        where = reverse("pages:sign-off", kwargs=scene.things["met"])
        with tables_written_to() as tables:
            answer = scene.browsers["assessor"].post(where, {})
        assert not _is_refused(answer)
        changed = {table for table in tables & scene.rows.keys() if sorted(rows_of(table).lines) != scene.rows[table]}
        assert {"assessments_signoff", "audit_entry", "apprenticeships_ksbprogress"} <= changed
        transaction.set_rollback(True)
