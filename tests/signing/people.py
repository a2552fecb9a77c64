"""Asking somebody made up who has no account, and being them."""

from uuid import uuid4

from django.test import Client
from django.urls import reverse

from apprenticeships.models import EmployerContact
from apprenticeships.workflow import add_contact
from assessments import workflow as assessing
from assessments.models import Submission, Verification
from signing import receipts
from signing import workflow as signing
from signing.models import Link, Signature
from tests.mail import delivered, link_in
from tests.world import World, acting

WITNESS = "wanda.witness@example.test"
CONTACT = "carla.contact@example.test"
SAID = {"name": "Wanda Witness", "role": "Shift manager"}


def ask_witness(
    world: World,
    submission: Submission | None = None,
    *,
    email: str = WITNESS,
    by: object = None,
    kind: str = "witness",
) -> Verification:
    """A witness asked about a piece of the first apprentice, by the apprentice."""
    submission = submission or world.submitted("K1", "B1")
    return assessing.ask_testimony(
        submission.pk,
        acting(by or world.apprentice),
        verification_id=uuid4(),
        kind=kind,
        name="Wanda Witness",
        email=email,
    )


def contact_at(world: World, email: str = CONTACT, name: str = "Carla Contact") -> EmployerContact:
    return add_contact(world.provider.pk, world.employer.pk, acting(world.admin), name=name, email=email)


def ask_employer(world: World, contact: EmployerContact | None = None, by: object = None) -> Verification:
    """The employer asked about the behaviours of the first apprentice, by the assessor."""
    contact = contact or contact_at(world)
    return assessing.ask_employer(
        world.apprenticeship.pk, acting(by or world.assessor), verification_id=uuid4(), contact_id=contact.pk
    )


def link_of(verification: Verification) -> Link:
    """The newest link of what was asked."""
    return Link.objects.filter(about=verification.pk).latest("asked_at")


def token_for(verification: Verification) -> str:
    """The token in the newest mail to whoever was asked."""
    to = link_of(verification).email
    message = [one for one in delivered() if one.to == [to] and "/sign/" in one.body][-1]
    return link_in(message, "/sign/").rstrip("/").rsplit("/", 1)[-1]


def sign(token: str, *not_yet: str, **said: str) -> Signature:
    """Start, and sign what is shown; an employer verifies every behaviour but those whose codes are given."""
    link = signing.start(token)
    answers = answers_on(link.content, *not_yet)
    return assessing.confirm(token, shown=link.edition(has_changed=False), answers=answers, **(SAID | said))


def answers_on(content: dict, *not_yet: str) -> dict[str, assessing.Said]:
    """Each behaviour of a snapshot verified, but for those whose codes are given."""
    return {
        one["ksb"]: assessing.Said(False, "Not seen yet.") if one["code"] in not_yet else assessing.Said(True)
        for one in content.get("behaviours", ())
    }


def page(token: str, act: str = "link", **more: object) -> str:
    return reverse(f"pages:{act}", kwargs={"token": token} | more)


def receipt_page(signature: Signature) -> str:
    return page(receipts.token_of(signature), "receipt")


def shown_on(client: Client, token: str) -> str:
    """What the page would send along as having been on the screen."""
    content = client.get(page(token)).content.decode()
    return content.split('name="shown" value="')[1].split('"')[0]
