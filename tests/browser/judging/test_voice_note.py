"""Recording spoken feedback on the review, in a real browser with a microphone that is made up."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from assessments.models import Submission, VoiceDraft
from assessments.voice import processing
from tests.browser.people import sign_in
from tests.browser.waiting import is_recorded
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Well done. Next time show the date."


@pytest.fixture
def submission(world: World) -> Submission:
    return world.submitted("K1", "S1")


@pytest.fixture
def page(browser: Browser, live_server, world: World, submission: Submission) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["microphone"], origin=live_server.url)
    sign_in(context, live_server.url, world.assessor)
    opened = context.new_page()
    opened.goto(f"{live_server.url}/submissions/{submission.pk}/")
    yield opened
    context.close()


def test_a_voice_note_is_recorded_and_written_down_on_the_review_itself(page: Page) -> None:
    page.get_by_text("Voice note (optional)").click()
    page.get_by_role("button", name="Record", exact=True).click()
    is_recorded(page)
    page.get_by_role("button", name="Stop and add").click()
    words = page.get_by_label("What it says, in a sentence or two")
    expect(words).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/voice/")):
        words.fill(SAID)
    draft = VoiceDraft.objects.unscoped().get()
    assert draft.words == SAID
    processing.prepare(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.refused_because) == ("ready", "")
    page.reload()
    expect(page.locator("audio[aria-label='Your voice note']")).to_be_visible()
    expect(words).to_have_value(SAID)
