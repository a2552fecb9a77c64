"""What the presses that people wait for cost in statements: with ten KSBs as many as with two."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access.browsers import signed_in_browser
from tests.portfolios.evidence_form.test_kept_lines import form_of
from tests.world import OWN_WORK_FORM, World, feedback_form, make_version, make_world

pytestmark = pytest.mark.django_db

WARM, FEW, MANY = ["K11"], ["K12", "S11"], [f"{letter}{number}" for letter in "KS" for number in range(1, 6)]


def statements(client: Client, name: str, key: object, form: dict[str, object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(reverse(f"pages:{name}", args=[key]), form)
    assert answer.status_code == 302, answer.content.decode()
    return len(queries)


def save(client: Client, world: World, codes: list[str]) -> int:
    piece = world.draft(*codes)
    more = {"narrative": "I placed it on two more job boards.", "shown": ""}
    return statements(client, "evidence-edit", piece.pk, form_of(piece, **more))


def send(client: Client, world: World, codes: list[str]) -> int:
    return statements(client, "evidence-submit", world.draft(*codes).pk, OWN_WORK_FORM)


def finish(client: Client, world: World, codes: list[str]) -> int:
    form = {f"outcome_{code}": "met" for code in codes}
    for code in codes:
        form |= feedback_form(code, meets="Well told, with the date.")
    return statements(client, "review-finish", world.submitted(*codes).pk, form)


def send_review(client: Client, world: World, codes: list[str]) -> int:
    submission = world.submitted(*codes)
    world.finish(submission, dict.fromkeys(codes, "met"))
    return statements(client, "review-send", submission.pk, {})


def sign_off(client: Client, world: World, codes: list[str]) -> int:
    world.judged(dict.fromkeys(codes, "met"))
    return statements(
        client, "sign-offs", world.apprenticeship.pk, {"ksb": [str(world.ksb(code).pk) for code in codes]}
    )


@pytest.mark.parametrize(
    ("who", "act", "most"),
    [
        ("apprentice", save, 36),
        ("apprentice", send, 50),
        ("assessor", finish, 42),
        ("assessor", send_review, 55),
        ("assessor", sign_off, 44),
    ],
)
def test_a_press_runs_no_more_statements_for_more_ksbs(
    who: str, act: Callable[[Client, World, list[str]], int], most: int
):
    world = make_world(make_version("ST9009", 12, 11, 0))
    client = signed_in_browser(world, who)
    act(client, world, WARM)
    few = act(client, world, FEW)
    assert act(client, world, MANY) == few
    assert few <= most
