"""What the addresses of progress reviews are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from apprenticeships.models import EmployerContact
from core import clock
from programme.models import PlanDraft, SignedVersion
from programme.planning.plan import Item, mark_of
from programme.reviewing.sections import usual
from tests.programme import planning, reviewing
from tests.signing.people import contact_at
from tests.world import World


def learner(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def planned(world: World) -> dict:
    return {"review_id": reviewing.plan(world).pk}


def issued(world: World) -> dict:
    return {"version_id": reviewing.issue(world).pk}


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
    "pages:learner-reviews": learner,
    "pages:progress-review-plan": learner,
    "pages:progress-review-rhythm": learner,
    "pages:fewer-hours": learner,
    "pages:training-plan": learner,
    "pages:plan-draft": learner,
    "pages:plan-item-drop": learner,
    "pages:plan-offer": with_plan,
    "pages:progress-review": planned,
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
    rows = {"rows": str(len(usual()))}
    for number, section in enumerate(usual(), start=1):
        rows |= {f"key_{number}": section.key, f"title_{number}": section.title, f"help_{number}": section.help}
        rows |= {f"place_{number}": str(number)}
    return {
        "pages:progress-review-form": rows,
        "pages:progress-review-plan": {"token": str(uuid4()), "planned_on": day},
        "pages:progress-review-rhythm": {"months": "6", "agreed_with": "Mentor", "reason": "Training in blocks."},
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
        "pages:fewer-hours": {"why": "They were ill for a month."},
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
