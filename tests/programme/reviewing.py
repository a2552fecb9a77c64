"""What tests of progress reviews do to get somewhere."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from apprenticeships.models import Apprenticeship
from core import clock
from programme import workflow
from programme.models import Party, PartySignature, ProgressReview, SignedVersion
from programme.standing import carried_into
from signing import workflow as signing
from signing.models import Link
from tests.mail import delivered, link_in
from tests.signing.people import contact_at
from tests.world import World, acting

#: What the sections say that every form asks for.
SECTIONS = {
    "section_training": "Two days on interviewing. The notes show it.",
    "section_progress": "A little behind, because of a busy month.",
    "section_plan": "None",
    "section_apprentice": "I enjoy the phone calls.",
    "section_employer": "Very reliable.",
    "section_provider": "Good progress.",
    "section_circumstances": "None",
}
HIDDEN = {"section_support": "Extra reading time each week.", "section_safeguarding": "See the record of 3 March."}


def words(review: ProgressReview | None = None, **changed: str) -> dict[str, str]:
    """What the form holds of a review that can be sent."""
    said = {"held_on": clock.today().isoformat(), "with_provider": "Assessor", "with_apprentice": "Apprentice"}
    said |= {"with_employer": "Mentor", "absent": "", **SECTIONS, **HIDDEN}
    due = clock.today() + timedelta(days=30)
    said |= {"what_1": "Shadow an interview", "owner_1": "employer", "due_1": due.isoformat()}
    for action in carried_into(review) if review else ():
        said |= {f"done_{action['id']}": "yes", f"note_{action['id']}": ""}
    return said | changed


def plan(world: World, by: Any = None, on: date | None = None, of: Apprenticeship | None = None) -> ProgressReview:
    learner = of or world.apprenticeship
    day = on or clock.today()
    return workflow.plan_review(learner.pk, acting(by or world.assessor), review_id=uuid4(), planned_on=day)


def issue(world: World, review: ProgressReview | None = None, *, reason: str = "", **changed: str) -> SignedVersion:
    """A review that the assessor has sent to be signed, or corrected."""
    review = review or plan(world)
    notes = getattr(ProgressReview.objects.get(pk=review.pk), "notes", None)
    revision = notes.revision if notes else 0
    said = words(review, **changed)
    return workflow.issue_review(review.pk, acting(world.assessor), revision=revision, words=said, reason=reason)


def sign(world: World, version: SignedVersion, party: str, by: Any = None) -> PartySignature:
    person = by or {Party.APPRENTICE: world.apprentice, Party.EMPLOYER: world.mentor}[Party(party)]
    return workflow.sign_version(version.pk, acting(person), party=party, shown=version.sha256)


def signed_by_all(world: World) -> SignedVersion:
    version = issue(world)
    sign(world, version, Party.APPRENTICE)
    sign(world, version, Party.EMPLOYER)
    return version


def ask(world: World, version: SignedVersion, **contact: str) -> Link:
    """The recorded contact of the employer, asked to sign by a link."""
    to = contact_at(world, **contact)
    return workflow.ask_employer_to_sign(version.pk, acting(world.assessor), contact_id=to.pk)


def token_of(link: Link) -> str:
    """The token in the newest mail to whoever was asked."""
    message = [one for one in delivered() if one.to == [link.email] and "/sign/" in one.body][-1]
    return link_in(message, "/sign/").rstrip("/").rsplit("/", 1)[-1]


def sign_by_link(link: Link, **said: str) -> Any:
    token = token_of(link)
    started = signing.start(token)
    given = {"name": "Carla Contact", "role": "Depot manager"} | said
    return workflow.sign_version_by_link(token, shown=started.edition(has_changed=False), **given)


def shown_state(review_id: object) -> str:
    review = ProgressReview.objects.with_signatures().get(pk=review_id)
    return str(review.state(is_complete=review.is_complete))  # type: ignore[attr-defined]


def review_of(version: SignedVersion) -> ProgressReview:
    return ProgressReview.objects.get(pk=version.about)
