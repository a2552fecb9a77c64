"""A training plan and progress reviews in the demo: signed, changed, waiting for the employer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, uuid4, uuid5

from accounts.models import User
from apprenticeships.models import Apprenticeship
from core.actor import Actor
from demo.history import Act, History
from programme import workflow
from programme.models import Party, ProgressReview, SignedKind, SignedVersion
from programme.planning.plan import Item
from programme.standing import carried_into

#: What is taught, in turn: title, kind, who delivers it, share of the time until it is done, hours, KSBs.
_ITEMS = (
    ("Induction to the role and the labour market", "teaching", "Gareth Pugh-Jones", 0.1, 35, ("K1", "K2", "B1")),
    ("Writing adverts and choosing where they go", "teaching", "Gareth Pugh-Jones", 0.25, 60, ("K3", "S1", "S2")),
    ("Shadowing interviews", "shadowing", "Denise Hollis", 0.4, 45, ("S3", "B2")),
    ("Employment law, modules 1 to 4", "online", "Northgate College", 0.55, 80, ("K4", "K5", "K6")),
    ("Screening and shortlisting", "practice", "Denise Hollis", 0.75, 70, ("S4", "S5")),
    ("Working with clients", "mentoring", "Denise Hollis", 0.95, 60, ("K7", "S6", "B3")),
)
_SAID = {
    "section_training": "Adverts and shadowing, with notes from each interview. The evidence shows it well.",
    "section_plan": "None",
    "section_apprentice": "I like the phone screening. The law modules take longer than I thought.",
    "section_employer": "Candidates ask for her by name. She could take on a client of her own in spring.",
    "section_provider": "Careful work. The reflective accounts have become much stronger.",
    "section_circumstances": "None",
    "section_support": "",
    "section_safeguarding": "",
}


def acts(told: History, mentor: Actor, started_days: int, now: datetime) -> Iterator[Act]:
    """A plan that stands and one that waits; a review that all signed, and one that waits for the employer."""

    def at(days: float) -> datetime:
        return now - timedelta(days=days)

    yield Act(at(started_days - 4), partial(_offer, told, _ITEMS))
    yield Act(at(started_days - 6), partial(_sign, told, mentor))
    yield Act(at(100), partial(held, told, at(100).date(), "Ask for two clients to meet"))
    yield Act(at(98), partial(_sign, told, mentor))
    yield Act(at(6), partial(held, told, at(6).date(), "Book the last law module"))
    yield Act(at(5), partial(_sign, told, None))
    more = (*_ITEMS, ("A second look at equality law", "teaching", "Gareth Pugh-Jones", 0.85, 12, ("K5",)))
    yield Act(at(2), partial(_offer, told, more, "The last review showed that equality law needs another day."))


def _offer(told: History, items: tuple[tuple[str, str, str, float, int, tuple[str, ...]], ...], why: str = "") -> None:
    learner = Apprenticeship.objects.unscoped().get(pk=told.apprenticeship_id)
    days = (learner.planned_end_on - learner.started_on).days
    for title, kind, deliverer, share, hours, codes in items:
        due_on = learner.started_on + timedelta(days=round(days * share))
        known = tuple(code for code in codes if code in told.ksbs)
        item = Item(str(uuid5(NAMESPACE_URL, f"{learner.pk}/{title}")), title, kind, deliverer, due_on, hours, known)
        workflow.keep_plan_item(learner.pk, told.assessor, item)
    workflow.offer_plan(learner.pk, told.assessor, reason=why)


def held(told: History, day: date, action: str) -> None:
    """A progress review, held and sent to be signed."""
    made = workflow.plan_review(told.apprenticeship_id, told.assessor, review_id=uuid4(), planned_on=day)
    words = {
        "held_on": day.isoformat(),
        "with_provider": _name(told.assessor),
        "with_apprentice": _name(told.apprentice),
    }
    words |= {"with_employer": told.employer.mentor, "absent": "", **_SAID}
    words |= {"section_progress": "On track, apart from the law modules, which she catches up in the new year."}
    words |= {"what_1": action, "owner_1": "apprentice", "due_1": (day + timedelta(days=60)).isoformat()}
    for earlier in carried_into(ProgressReview.objects.unscoped().get(pk=made.pk)):
        words |= {f"done_{earlier['id']}": "yes", f"note_{earlier['id']}": ""}
    workflow.issue_review(made.pk, told.assessor, revision=0, words=words)


def _name(actor: Actor) -> str:
    return User.objects.get(pk=actor.person).name


def _sign(told: History, mentor: Actor | None) -> None:
    """Everything that waits is signed by the apprentice, and by the mentor, if there is one."""
    rows = SignedVersion.objects.unscoped().filter(apprenticeship=told.apprenticeship_id, kind__in=SignedKind.values)
    for version in rows.waiting():
        workflow.sign_version(version.pk, told.apprentice, party=Party.APPRENTICE, shown=version.sha256)
        if mentor:
            workflow.sign_version(version.pk, mentor, party=Party.EMPLOYER, shown=version.sha256)
