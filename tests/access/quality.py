"""What the addresses of quality assurance are tried on, and what is sent to them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from apprenticeships import workflow as enrolling
from assessments import workflow as assessing
from assessments.models import Reopening, StandardisationAction
from assessments.workflow import Rates
from core import clock
from tests.assessments import likeness, quality
from tests.assessments.results import marking as results
from tests.portfolios import hiding
from tests.world import World, acting

#: The rows about results of outcomes in the table of `matrix`.
TABLE_OF_RESULTS = """\
pages:outcome-results                    GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:outcome-mark                       GET      in  404  404  200  404  404  404  404  404  404  404  404  404  404
pages:outcome-mark                       POST     in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:outcome-result                     GET      in  404  404  200  404  404  200  200  404  200  404  404  404  404
pages:outcome-result-correct             GET      in  404  404  200  404  404  403  403  404  403  404  404  404  404
pages:outcome-result-correct             POST     in  404  404  302  404  404  403  403  404  403  404  404  404  404
pages:outcome-mark-again                 GET      in  404  404  403  404  404  200  403  404  403  404  404  404  404
pages:outcome-mark-again                 POST     in  404  404  403  404  404  302  403  404  403  404  404  404  404
pages:outcome-result-release             POST     in  404  404  403  404  404  302  403  404  302  404  404  404  404
"""
#: What only those see who are told of a result before it is released, trainers and auditors among them.
NOT_RELEASED = {
    "pages:outcome-result",
    "pages:outcome-result-correct",
    "pages:outcome-mark-again",
    "pages:outcome-result-release",
}


def plan(world: World) -> dict:
    return {"plan_id": _planned(world).pk}


def _planned(world: World):  # type: ignore[no-untyped-def]
    world.judged({"K1": "met"})
    return quality.plan(world, Rates(0, 0, 0, 0))


def left_out(world: World) -> dict:
    made = _planned(world)
    return {"plan_id": made.pk, "added_id": quality.pool_of(made)[0].decision_id}


def decided(world: World) -> dict:
    world.judged({"K1": "met"})
    return {}


def sample(world: World) -> dict:
    return {"sample_id": quality.sample(world).pk}


def finding(world: World) -> dict:
    return {"finding_id": quality.act_on(world, quality.sample(world)).pk}


def reopening(world: World) -> dict:
    world.signed_off("K1")
    quality.act_on(world, quality.plan(world).samples.get(), reopen_because="No date.")
    return {"reopening_id": Reopening.objects.get().pk}


def not_yet(world: World) -> dict:
    return {"decision_id": world.judged({"K1": "not_yet"}).claims.get().decisions.get().pk}


def withdrawal(world: World) -> dict:
    signed = world.signed_off("K1")
    return {"withdrawal_id": assessing.withdraw_sign_off(signed.pk, acting(world.assessor), "Too thin.").pk}


def appeal(world: World) -> dict:
    return {"appeal_id": quality.appeal(world).pk}


def conflict(world: World) -> dict:
    return {"conflict_id": quality.conflict(world).pk}


def standardised(world: World) -> dict:
    return {"record_id": quality.standardised(world).pk}


def agreed_action(world: World) -> dict:
    return {"action_id": quality.standardised(world).actions.get().pk}


def observed(world: World) -> dict:
    return {"evidence_id": quality.observation(world).pk}


def learner(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def file(world: World) -> dict:
    return {"file_id": hiding.sent_file(world).pk}


def hidden(world: World) -> dict:
    return {"quarantine_id": hiding.hide(world, hiding.sent_file(world)).pk}


def asked(world: World) -> dict:
    """Something that a quality assurer asked for."""
    made = hiding.hide(world, hiding.sent_file(world))
    return {"quarantine_id": hiding.ask(world, made, "erase").pk}


def investigation(world: World) -> dict:
    return {"investigation_id": likeness.investigated(world).pk}


def left_behind(world: World) -> dict:
    """An observation that a colleague began before the assessor came."""
    admin = acting(world.admin)
    enrolling.assign(world.apprenticeship.pk, admin, assessor=world.second_assessor, reason="They are ill.")
    piece = quality.observation(world, by=world.second_assessor)
    enrolling.assign(world.apprenticeship.pk, admin, assessor=world.assessor, reason="They are back.")
    return {"apprenticeship_id": world.apprenticeship.pk, "evidence_id": piece.pk}


def to_mark(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk, "outcome_id": results.outcome(world).pk}


def with_result(world: World) -> dict:
    released = to_mark(world)
    results.released(world)
    return {"apprenticeship_id": released["apprenticeship_id"]}


def marked(world: World) -> dict:
    return {"outcome_result_id": results.mark(world).pk}


def marked_again(world: World) -> dict:
    made = results.mark(world)
    results.mark_again(world, made)
    return {"outcome_result_id": made.pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:outcome-results": with_result,
    "pages:outcome-mark": to_mark,
    "pages:outcome-result": marked,
    "pages:outcome-result-correct": marked,
    "pages:outcome-mark-again": marked,
    "pages:outcome-result-release": marked_again,
    "pages:sampling-plan-new": decided,
    "pages:sampling-plan": plan,
    "pages:sampling-plan-withdraw": plan,
    "pages:sample-add": left_out,
    "pages:sample": sample,
    "pages:finding-correct": finding,
    "pages:finding-note": finding,
    "pages:reopening-undo": reopening,
    "pages:flag": lambda world: {"flag_id": likeness.flagged(world).pk},
    "pages:investigate": lambda world: {"submission_id": likeness.sent(world).pk},
    "pages:investigation": investigation,
    "pages:investigation-close": investigation,
    "pages:file-hide": file,
    "pages:files-to-hide": lambda world: {"apprenticeship_id": world.apprenticeship.pk},
    "pages:hidden-file": hidden,
    "pages:hidden-file-ask": hidden,
    "pages:hidden-file-answer": asked,
    "pages:appeal-decision": not_yet,
    "pages:appeal-withdrawal": withdrawal,
    "pages:appeal": appeal,
    "pages:appeal-answer": appeal,
    "pages:appeal-take-back": appeal,
    "pages:conflict-new": learner,
    "pages:conflict-end": conflict,
    "pages:observation-new": learner,
    "pages:observation": observed,
    "pages:observation-take-over": left_behind,
    "pages:standardisation": standardised,
    "pages:standardisation-correct": standardised,
    "pages:standardisation-note": agreed_action,
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    line = f"{world.assessor.pk}_{world.version.standard_id}"
    today = clock.today()
    found = {"feedback": "Well reviewed.", "action": "", "owner": str(world.assessor.pk), "due_on": today.isoformat()}
    met = {"held_on": today.isoformat(), "standard": "", "people": [str(world.assessor.pk), str(world.iqa.pk)]}
    no_actions = {f"{part}_{number}": "" for part in ("action", "owner", "due_on") for number in (1, 2, 3)}
    action = StandardisationAction.objects.first()
    note = {"token": str(uuid4()), "kind": "done", "words": "Done."}
    done = {f"a{action.pk.hex}-{name}": value for name, value in note.items()} if action else {}
    return {
        **_of_results(),
        "pages:sampling-plan-new": vars(Rates())
        | {f"risk_{line}": "high", f"method_{line}": "evidence", "token": str(uuid4()), "note": ""}
        | {"from_on": (today - timedelta(days=9)).isoformat(), "until_on": today.isoformat()},
        "pages:sampling-plan-withdraw": {"reason": "The wrong days."},
        "pages:sample-add": {"reason": "Her first one."},
        "pages:sample": found | {"token": str(uuid4()), "result": "agreed"},
        "pages:finding-correct": found | {"result": "agreed", "reason": "It is on page 2."},
        "pages:finding-note": {"closed-token": str(uuid4()), "closed-kind": "closed", "closed-words": "Done."},
        "pages:flag": {"token": str(uuid4()), "result": "dismissed", "note": "They did it together."},
        "pages:investigate": {"token": str(uuid4()), "reason": "It reads like the handbook."},
        "pages:investigation-close": {"outcome": "cleared", "words": "All is well."},
        "pages:file-hide": {"token": str(uuid4()), "reason": "A patient’s name."},
        "pages:hidden-file-ask": {"wish": "restore", "reason": "It is a made-up name."},
        "pages:hidden-file-answer": {"wish": "erase", "answer": "agree"},
        "pages:appeal-decision": {"token": str(uuid4()), "grounds": "It is on page 2."},
        "pages:appeal-withdrawal": {"token": str(uuid4()), "grounds": "It is on page 2."},
        "pages:appeal-answer": {"result": "turned_down", "reason": "It is not there."},
        "pages:appeal-take-back": {"reason": "We talked about it."},
        "pages:reopening-undo": {"reason": "It is on page 2."},
        "pages:conflict-new": {"person": str(world.assessor.pk), "kind": "family", "reason": "Her cousin."}
        | {"starts_on": today.isoformat(), "ends_on": ""},
        "pages:observation-new": {"token": str(uuid4()), "kind": "observation", "title": "At the counter"},
        "pages:observation": {
            "title": "At the counter",
            "happened_on": today.isoformat(),
            "narrative": "",
            "revision": "1",
        },
        "pages:standardisation-new": met | {"token": str(uuid4()), "agreed": "A date is needed."} | no_actions,
        "pages:standardisation-correct": met | {"token": str(uuid4()), "agreed": "A date.", "reason": "The wrong day."},
        "pages:standardisation-note": done,
        "pages:conflict-end": {"reason": "They are no longer neighbours."},
    }


def _of_results() -> dict[str, dict[str, object]]:
    said = {
        "token": str(uuid4()),
        "assessed_on": clock.today().isoformat(),
        "grade": "merit",
        "feedback": "You found each of them.",
        "rests_on": "Paper 2.",
    }
    return {
        "pages:outcome-mark": said,
        "pages:outcome-result-correct": said | {"reason": "A page was missing."},
        "pages:outcome-mark-again": {"token": str(uuid4()), "grade": "pass", "words": ""},
        "pages:outcome-result-release": {},
    }
