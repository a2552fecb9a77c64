"""The pages of results of outcomes, on a phone and on a desk, light and dark."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.assessments import quality
from tests.assessments.results import marking as results
from tests.browser import chromium
from tests.browser.people import sign_in
from tests.browser.screens import WIDTHS
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def visited(world: World) -> list[tuple[str, User, str]]:
    """A failed attempt that was released, a second of which the second mark differs, and where each is looked at."""
    piece = world.judged({"K1": "met"})
    first = results.released(world, grade="fail", pieces=frozenset({piece.pk}))
    second = results.mark(world)
    results.mark_again(world, second, by=world.iqa, grade="merit", words="The second answer is better than that.")
    quality.plan(world, by=world.iqa)
    learner, outcome = f"/apprenticeships/{world.apprenticeship.pk}", results.outcome(world).pk
    return [
        ("results", world.assessor, f"{learner}/outcomes/"),
        ("own-results", world.apprentice, f"{learner}/outcomes/"),
        ("own-result", world.apprentice, f"/outcome-results/{first.pk}/"),
        ("mark", world.assessor, f"{learner}/outcomes/{outcome}/mark/"),
        ("result", world.iqa, f"/outcome-results/{second.pk}/"),
        ("correct", world.assessor, f"/outcome-results/{second.pk}/correct/"),
        ("mark-again", world.iqa, f"/outcome-results/{second.pk}/mark-again/"),
        ("plan", world.iqa, "/quality/"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_results_are_in_order(world: World, browser: Browser, live_server: LiveServer, width, scheme):
    for name, person, path in visited(world):
        context = browser.new_context(viewport=WIDTHS[width], color_scheme=scheme, reduced_motion="reduce")
        sign_in(context, live_server.url, person)
        page = context.new_page()
        assert page.goto(live_server.url + path).status == 200, name
        assert not chromium.violations(page)
        assert not chromium.is_wider_than_its_window(page), name
        context.close()
