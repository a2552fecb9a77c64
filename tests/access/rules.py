"""What the matrix tries addresses about rules on: what a sign-off takes, who assesses what, and countersigning."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import Role, User
from accounts.workflow import accept_invitation
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Competence
from apprenticeships.pace import Limits
from assessments import workflow as assessing
from assessments.models import Decision
from assessments.policies.rules import Rule
from core import clock
from reports.saving.workflow import save_view
from tests.assessments.reformed import with_outcomes
from tests.world import World, acting, claim_words, make_world, person


def whole_world() -> World:
    """The world of the tests, with a trainer of the first apprentice and a manager."""
    world = make_world()
    world.people["trainer"] = person("trainer", (world.provider, Role.TRAINER))
    world.people["manager"] = person("manager", (world.provider, Role.MANAGER))
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), trainer=world.trainer)
    world.people["auditor"] = let_in(world, "auditor", world.apprenticeship)
    world.people["auditor_elsewhere"] = let_in(world, "auditor_elsewhere", world.second)
    return world


def let_in(world: World, address: str, *learners: Apprenticeship, **scope: object) -> User:
    """An external auditor who has accepted and sees these learners, or what `scope` says, for a year."""
    auditor = person(address)
    auditor.acting_for = None
    given = {"name": auditor.name, "email": auditor.email, "ends_on": clock.today() + timedelta(days=365)}
    invitation = enrolling.invite_auditor(world.provider, acting(world.admin), learners=learners, **given, **scope)
    accept_invitation(invitation.link.rstrip("/").rpartition("/")[2], by=acting(auditor))
    auditor.acting_for = world.provider
    return auditor


def recorded(world: World, assessor: User, level: str) -> Competence:
    return enrolling.record_competence(
        world.provider.pk,
        acting(world.admin),
        person_id=assessor.pk,
        standard_id=world.version.standard_id,
        level=level,
        starts_on=clock.today(),
        reason="As agreed.",
    )


def to_countersign(world: World) -> dict:
    """A review by an assessor in training, who stood in for a competent one."""
    recorded(world, world.assessor, "competent")
    recorded(world, world.second_assessor, "training")
    waiting = world.submitted("K1")
    enrolling.assign(
        world.apprenticeship.pk,
        acting(world.admin),
        cover=world.second_assessor,
        cover_until=clock.today() + timedelta(days=9),
    )
    said = {"K1": claim_words("met")}
    assessing.finish_review(waiting.pk, acting(world.second_assessor), said)
    assessing.send_review(waiting.pk, acting(world.second_assessor))
    enrolling.end_cover(world.apprenticeship.pk, world.second_assessor.pk, acting(world.admin), "They are back.")
    return {"submission_id": waiting.pk}


def saved_view(world: World) -> dict:
    made = save_view(world.provider.pk, acting(world.assessor), "Behind", "rag=red")
    return {"view_id": made.pk}


def met(world: World) -> dict:
    world.judged({"K1": "met"})
    return {"apprenticeship_id": world.apprenticeship.pk}


def rule(world: World) -> dict:
    made = assessing.set_sign_off_policy(world.provider.pk, acting(world.admin), Rule(met_claims=2), reason="Agreed.")
    return {"policy_id": made.pk}


def outcomes(world: World) -> dict:
    with_outcomes(world)
    return {"slug": world.version.standard.slug}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:sign-offs": met,
    "pages:sign-off-rule-undo": rule,
    "pages:sign-off-outcomes": outcomes,
    "pages:competence-undo": lambda world: {"competence_id": recorded(world, world.assessor, "competent").pk},
    "pages:countersign": to_countersign,
    "pages:saved-view": saved_view,
    "pages:saved-view-remove": saved_view,
    "pages:saved-view-mail": saved_view,
    "pages:saved-view-mail-end": saved_view,
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    return {
        "pages:sign-offs": {"ksb": str(world.ksb("K1").pk)},
        "pages:sign-off-rule-change": {
            "met_claims": "2",
            "pieces": "2",
            "evidence_kinds": "1",
            "signs_off_itself": "0",
            "from_day": clock.today().isoformat(),
            "reason": "As agreed.",
        },
        "pages:sign-off-rule-undo": {"reason": "Not agreed."},
        "pages:sign-off-outcomes": {
            "mandatory": ["K1"],
            "needs_all": "0",
            "others": "1",
            "from_day": clock.today().isoformat(),
            "reason": "As the plan says.",
        },
        "pages:competences": {
            "person": str(world.assessor.pk),
            "standard": str(world.version.standard_id),
            "level": "competent",
            "starts_on": clock.today().isoformat(),
            "reason": "As agreed.",
        },
        "pages:competence-undo": {"reason": "Not agreed."},
        "pages:saved-view-mail": {"when": "weekly-1", "people": [str(world.admin.pk)]},
        "pages:saved-views": {"name": "Behind", "query": "rag=red"},
        "pages:pace-rule": {**Limits(at_risk_within=20)._asdict(), "reason": "As agreed."},
        "pages:countersign": {"decision": [str(one.pk) for one in Decision.objects.unscoped().all()]},
    }
