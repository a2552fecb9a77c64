"""What is pasted from Word is readable on every page that shows it, and kept as it came where it is changed."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from assessments import workflow as assessing
from core import clock
from occupations.models import Duty, Ksb
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.processing import preparing
from tests.factories.files import make_png, make_text
from tests.world import OWN_WORK, World, acting, claim_words

#: A ligature, a soft hyphen, Word's end of a line and mark of a list, a space without width.
PASTED = "the of\ufb01ce re\u00adcruited\x0b\uf0b7\ttwo\u200b"
ODD = re.compile("[\ufb01\u00ad\x0b\uf0b7\u200b]")
#: Where people change what they wrote, and what scripts read: the source.
_SOURCE = re.compile(r"<textarea.*?</textarea>|<script.*?</script>|\b(?:value|data-[a-z-]+)=\"[^\"]*\"", re.DOTALL)
_LINK = re.compile(r'href="(/[^"#?]*)')
#: What changes something, leads away, or is no page.
_NOT_FOLLOWED = re.compile(
    r"^/(?:account|people|offline)/|/files/[^/]+/$|/renditions/|static|health|\.(?:js|json|webmanifest)$"
)


@pytest.fixture
def pasted_world(world: World) -> World:
    Ksb.objects.filter(version=world.version).update(statement=f"Statement about {PASTED}")
    Duty.objects.create(version=world.version, number=1, text=f"Duty of {PASTED}").ksbs.set([world.ksb("K1")])
    me, assessor = acting(world.apprentice), acting(world.assessor)
    for outcomes in ({"K1": "met", "S1": "not_yet"}, {}):
        piece = collecting.create_evidence(
            world.apprenticeship.pk,
            me,
            evidence_id=uuid4(),
            content=EvidenceContent.written(
                title=f"Title of {PASTED}",
                narrative=f"Narrative of {PASTED}",
                happened_on=clock.today(),
                claims={world.ksb(code).pk: f"Why of {PASTED}" for code in outcomes or {"K1", "S2"}},
            ),
        )
        if outcomes:
            submission = assessing.submit(piece.pk, me, OWN_WORK)
            said = {code: claim_words(outcome, f"Feedback of {PASTED}") for code, outcome in outcomes.items()}
            assessing.finish_review(submission.pk, assessor, said)
            assessing.send_review(submission.pk, assessor)
        else:
            note = collecting.add_file(piece.pk, me, make_text(text=f"Words of {PASTED}"))
            region = {"left": 0, "top": 0, "width": 500, "height": 500}
            photo, ksb = collecting.add_file(piece.pk, me, make_png()), world.ksb("K1").pk
            collecting.add_marker(photo.pk, me, marker_id=uuid4(), ksb_id=ksb, note=f"Note of {PASTED}", **region)
            preparing.prepare(note.pk)
            assessing.submit(piece.pk, me, OWN_WORK)
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, assessor)
    assessing.withdraw_sign_off(world.apprenticeship.sign_offs.get().pk, assessor, f"Reason of {PASTED}")
    return world


def pages_of(person: User, start: str) -> dict[str, str]:
    """The pages that somebody comes to by following links from one, and their text."""
    client, waiting, seen = Client(), [start], {}
    client.force_login(person)
    while waiting:
        address = waiting.pop().replace("&amp;", "&")
        if address in seen or _NOT_FOLLOWED.search(address):
            continue
        answer = client.get(address, follow=True)
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        seen[address] = answer.content.decode() if is_page and not answer.streaming else ""
        waiting += _LINK.findall(seen[address])
    return seen


@pytest.mark.parametrize("name", ["apprentice", "assessor", "admin"])
def test_pasted_text_is_readable_on_every_page(pasted_world: World, name: str):
    pages = pages_of(getattr(pasted_world, name), "/")
    shown = {address: _SOURCE.sub("", text) for address, text in pages.items()}
    assert {address for address, text in shown.items() if ODD.search(text)} == set()
    everything = "".join(shown.values())
    wanted = ["Title", "Narrative", "Statement", "Why", "Feedback", "Note", "Words", "Reason"]
    assert [word for word in wanted if not re.search(f"{word} (?:of|about) the office recruited", everything)] == []
