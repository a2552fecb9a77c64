"""What the addresses of confirmations are tried on, and what is sent to them."""

from collections.abc import Callable
from uuid import uuid4

from apprenticeships.models import EmployerContact
from assessments import workflow as assessing
from assessments.workflow.behaviours import shown_in_app
from core.canonical import digest
from portfolios import workflow as collecting
from portfolios.processing import preparing
from signing.models import Link
from signing.receipts import token_of
from signing.workflow import start
from tests.factories.files import make_png
from tests.signing.people import ask_witness, contact_at, sign, token_for
from tests.world import OWN_WORK, World, acting

WANDA = {"name": "Wanda Witness", "email": "wanda.witness@example.test"}


def verification(world: World) -> dict:
    return {"verification_id": ask_witness(world).pk}


def contact(world: World) -> dict:
    return {"contact_id": contact_at(world).pk}


def employer_to_ask(world: World) -> dict:
    contact_at(world)
    return {"apprenticeship_id": world.apprenticeship.pk}


def sent_link(world: World) -> dict:
    """A link in a mail: whoever has it is who was asked, but for the apprentice and the assessor."""
    return {"token": token_for(ask_witness(world))}


def started_link(world: World) -> dict:
    found = sent_link(world)
    start(found["token"])
    return found


def linked_file(world: World) -> dict:
    file = collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    submission = assessing.submit(file.evidence_id, acting(world.apprentice), OWN_WORK)
    preparing.prepare(file.pk)
    found = {"token": token_for(ask_witness(world, submission))}
    start(found["token"])
    return found | {"file_id": file.pk}


def receipt(world: World) -> dict:
    return {"token": token_of(sign(sent_link(world)["token"]))}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:ask-employer": employer_to_ask,
    "pages:behaviours": lambda world: {"apprenticeship_id": world.apprenticeship.pk},
    "pages:verification": verification,
    "pages:verification-resend": verification,
    "pages:verification-withdraw": verification,
    "pages:employer-contact-remove": contact,
    "pages:link": sent_link,
    "pages:link-start": sent_link,
    "pages:link-sign": started_link,
    "pages:link-later": started_link,
    "pages:link-decline": started_link,
    "pages:link-pass-on": started_link,
    "pages:link-file": linked_file,
    "pages:link-done": lambda world: {"what": "declined"},
    "pages:receipt": receipt,
    "pages:receipt-not-me": receipt,
}


def words(world: World) -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    return {
        "pages:ask-testimony": WANDA | {"token": str(uuid4()), "kind": "witness"},
        "pages:behaviours": {
            "shown": digest(shown_in_app(world.apprenticeship)),
            "answer_B1": "verified",
            "words_B1": "",
            "comment": "",
        },
        "pages:ask-employer": {
            "token": str(uuid4()),
            "contact": str(getattr(EmployerContact.objects.first(), "pk", "")),
        },
        "pages:employer-contacts": WANDA | {"employer": str(world.employer.pk)},
        "pages:link-sign": {
            "name": "Wanda Witness",
            "role": "Manager",
            "comment": "",
            "shown": getattr(Link.objects.first(), "sha256", ""),
        },
        "pages:link-later": {"name": "Wanda", "role": "", "comment": ""},
        "pages:link-decline": {"reason": "I was away."},
        "pages:link-pass-on": {"name": "Nina Newcomer", "email": "nina@example.test"},
    }
