"""What the addresses of progress reviews are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from apprenticeships.models import Apprenticeship, EmployerContact
from core import clock
from programme.models import PlanDraft, SignedVersion
from programme.planning.fewer_hours import hours_end_of
from programme.planning.fewer_hours import mark_of as mark_of_figures
from programme.planning.plan import Item, mark_of
from programme.reviewing.sections import usual
from tests.access import retention, scans
from tests.programme import planning, reviewing
from tests.signing.people import contact_at
from tests.world import World

#: Their rows of the table in `matrix`.
TABLE = """\
pages:progress-reviews                   GET     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:progress-review-form               GET     in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:progress-review-form               POST    in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:learner-reviews                    GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:progress-review-plan               POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:progress-review-rhythm             GET     in  403  404  200  404  404  403  403  403  200  404  404  404  404
pages:progress-review-rhythm             POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:progress-review                    GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:progress-review-pdf                POST    in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:progress-review-write              GET     in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:progress-review-write              POST    in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:progress-review-notes              GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:progress-review-notes              POST    in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:progress-review-hold               POST    in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:progress-review-move               POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:progress-review-cancel             POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:training-plan                      GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:plan-draft                         GET     in  403  404  200  404  404  403  403  403  200  404  404  404  404
pages:plan-draft                         POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:plan-item-drop                     POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:plan-offer                         POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:fewer-hours                        GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:fewer-hours                        POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:signed-version                     GET     in  302  404  302  404  404  302  302  302  302  404  404  404  404
pages:version-sign                       POST    in  302  404  403  404  404  403  403  403  403  404  404  404  404
pages:version-decline                    POST    in  302  404  403  404  404  403  403  403  403  404  404  404  404
pages:version-ask                        POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:version-link                       POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
"""


def learner(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def planned(world: World) -> dict:
    return {"review_id": reviewing.plan(world).pk}


def issued(world: World) -> dict:
    return {"version_id": reviewing.issue(world).pk}


def issued_review(world: World) -> dict:
    return {"review_id": reviewing.issue(world).about}


def to_be_asked(world: World) -> dict:
    contact_at(world)
    return issued(world)


def asked(world: World) -> dict:
    version = reviewing.issue(world)
    reviewing.ask(world, version)
    return {"version_id": version.pk}


def with_plan(world: World) -> dict:
    planning.keep(world)
    return learner(world)


SUBJECTS: dict[str, Callable[[World], dict]] = {
    **retention.SUBJECTS,
    **scans.SUBJECTS,
    "pages:learner-reviews": learner,
    "pages:progress-review-plan": learner,
    "pages:progress-review-rhythm": learner,
    "pages:fewer-hours": learner,
    "pages:training-plan": learner,
    "pages:plan-draft": learner,
    "pages:plan-item-drop": learner,
    "pages:plan-offer": with_plan,
    "pages:progress-review": planned,
    "pages:progress-review-pdf": issued_review,
    "pages:progress-review-write": planned,
    "pages:progress-review-notes": planned,
    "pages:progress-review-hold": planned,
    "pages:progress-review-move": planned,
    "pages:progress-review-cancel": planned,
    "pages:signed-version": issued,
    "pages:version-sign": issued,
    "pages:version-decline": issued,
    "pages:version-ask": to_be_asked,
    "pages:version-link": asked,
}


def whole_form() -> dict[str, str]:
    """The form of a review, filled in, with the fields that stay empty."""
    empty = {f"{name}_{number}": "" for name in ("what", "owner", "due") for number in range(1, 9)}
    return empty | {f"section_{one.key}": "" for one in usual()} | reviewing.words() | {"revision": "0"}


def drawn_up() -> list[Item]:
    draft = PlanDraft.objects.unscoped().first()
    return [Item.from_json(kept) for kept in draft.items] if draft else []


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    day = clock.today().isoformat()
    version, contact = SignedVersion.objects.first(), EmployerContact.objects.first()
    hours = hours_end_of(Apprenticeship.objects.unscoped().get(apprentice__email="apprentice@example.test"))
    rows = {"rows": str(len(usual()))}
    for number, section in enumerate(usual(), start=1):
        rows |= {f"key_{number}": section.key, f"title_{number}": section.title, f"help_{number}": section.help}
        rows |= {f"place_{number}": str(number)}
    return {
        **retention.words(),
        **scans.words(),
        "pages:progress-review-form": rows,
        "pages:progress-review-plan": {"token": str(uuid4()), "planned_on": day},
        "pages:progress-review-rhythm": {"months": "6", "agreed_with": "Mentor", "reason": "Training in blocks."},
        "pages:progress-review-pdf": {"version": "1"},
        "pages:progress-review-write": whole_form(),
        "pages:progress-review-notes": {"revision": "0", "section_plan": "None"},
        "pages:progress-review-hold": whole_form(),
        "pages:progress-review-move": {"planned_on": day},
        "pages:progress-review-cancel": {"reason": "They were ill."},
        "pages:plan-draft": {
            "item": str(uuid4()),
            "title": "Adverts",
            "kind": "teaching",
            "deliverer": "Nina",
            "hours": "400",
            "due_on": day,
            "ksbs": "K1",
        },
        "pages:fewer-hours": {"why": "They were ill for a month.", "shown": mark_of_figures(hours.figures)},
        "pages:plan-item-drop": {"item": str(uuid4())},
        "pages:plan-offer": {"reason": "", "shown": mark_of(drawn_up())},
        "pages:version-sign": {"party": "apprentice", "shown": version.sha256 if version else ""},
        "pages:version-decline": {
            "party": "apprentice",
            "shown": version.sha256 if version else "",
            "reason": "It was another day.",
        },
        "pages:version-ask": {"contact": str(contact.pk) if contact else ""},
        "pages:version-link": {"act": "resend"},
    }
