"""What an assessor waits for between two pieces: finishing one, and the page of the next. Held in statements."""

import time
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import workflow as assessing
from assessments.models import Submission
from core import clock
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from tests.factories.files import make_text
from tests.world import OWN_WORK, World, acting, feedback_form, make_version, make_world

pytestmark = pytest.mark.django_db

#: With all that the page of the next piece is found by.
MOST_TO_FINISH = 60
CODES = [f"{letter}{number}" for letter in "KS" for number in range(1, 6)]


class Step(NamedTuple):
    """What the site did for one press of “Finish and open next”."""

    finish: int
    following: int
    cpu_ms: float


def waiting(world: World, count: int) -> None:
    """So many pieces of the first apprentice that wait, each with ten claims, a story and two files."""
    by = acting(world.apprentice)
    for number in range(count):
        piece = collecting.create_evidence(
            world.apprenticeship.pk,
            by,
            evidence_id=uuid4(),
            content=EvidenceContent.written(
                title=f"Advert {number}",
                narrative=f"I wrote advert {number} and placed it on two job boards. " * 20,
                happened_on=clock.today(),
                claims={world.ksb(code).pk: f"It shows {code}." for code in CODES},
            ),
        )
        for name in ("plan.txt", "notes.txt"):
            collecting.add_file(piece.pk, by, make_text(name, f"{name} of advert {number}"))
        assessing.submit(piece.pk, by, OWN_WORK)


def finish_and_next(client: Client) -> Step:
    """Finish the review of the oldest piece, with feedback on each claim, and load the page of the next."""
    oldest = Submission.objects.unscoped().waiting().filter(review_drafts=None).oldest_first().first()
    assert oldest
    form = {"next": "1", **{f"outcome_{code}": "met" for code in CODES}}
    for code in CODES:
        form |= feedback_form(code, meets="Well told, with the date.")
    begun = time.process_time()
    with CaptureQueriesContext(connection) as finish:
        answer = client.post(reverse("pages:review-finish", args=[oldest.pk]), form)
    assert "/submissions/" in answer.url
    with CaptureQueriesContext(connection) as following:
        assert client.get(answer.url).status_code == 200
    return Step(len(finish), len(following), 1000 * (time.process_time() - begun))


def test_the_next_piece_comes_by_few_statements_however_many_wait(client: Client):
    world = make_world(make_version("ST9009", 5, 5, 2))
    client.force_login(world.assessor)
    waiting(world, 4)
    finish_and_next(client)
    few = finish_and_next(client)
    waiting(world, 20)
    many = [finish_and_next(client) for _ in range(3)]
    assert {step.following for step in [few, *many]} == {few.following}
    assert few.following <= 12
    assert max(step.finish for step in many) <= few.finish


def test_ten_claims_are_finished_in_few_statements_each(client: Client):
    world = make_world(make_version("ST9009", 5, 5, 2))
    client.force_login(world.assessor)
    waiting(world, 3)
    finish_and_next(client)
    assert finish_and_next(client).finish <= MOST_TO_FINISH
