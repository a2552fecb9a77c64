"""The one thing to do next, on the apprentice's own page."""

import pytest
from django.urls import reverse

from assessments.workflow import submit
from programme.models import Party
from programme.workflow import decline_version
from tests.programme import planning, reviewing
from tests.world import OWN_WORK, acting


@pytest.fixture
def home(client, world):
    client.force_login(world.apprentice)

    def page():
        return client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()

    return page


def told(page):
    """What the page says comes next."""
    return page.partition('id="next-heading">')[2].partition("</section>")[0]


def test_who_has_nothing_yet_is_told_to_start(home, world):
    assert "Start with something you did this week" in told(home())
    assert reverse("pages:evidence-new", args=[world.apprenticeship.pk]) in told(home())


def test_feedback_comes_before_drafts_and_gaps(home, world):
    world.draft("K2", title="A draft")
    submission = world.judged({"K1": "not_yet", "S1": "not_yet"}, title="Advert for a cook")
    page = home()
    assert "2 KSBs need work" in told(page)
    assert "what your assessor wrote about “Advert for a cook”" in told(page)
    assert f"{reverse('pages:evidence', args=[submission.evidence_id])}#feedback" in told(page)
    assert "A draft" in page.partition("Also waiting for you")[2]


def test_what_waits_for_a_signature_comes_before_everything_else(home, world):
    world.judged({"K1": "not_yet"}, title="Advert for a cook")
    review, plan = reviewing.issue(world), planning.offer(world)
    page = home()
    assert "Your signature is needed" in told(page)
    assert "Review of" in told(page)
    assert reverse("pages:signed-version", args=[review.pk]) in told(page)
    waiting = page.partition("Also waiting for you")[2]
    assert "Training plan, version 1" in waiting
    assert "Advert for a cook" in waiting
    reviewing.sign(world, review, Party.APPRENTICE)
    assert "Training plan, version 1" in told(home())
    decline_version(
        plan.pk, acting(world.apprentice), party=Party.APPRENTICE, shown=plan.sha256, reason="The dates are wrong."
    )
    assert "1 KSB needs work" in told(home())


def test_what_only_others_have_to_sign_is_not_what_the_apprentice_does_next(home, world):
    reviewing.sign(world, reviewing.issue(world), Party.APPRENTICE)
    assert "Start with something you did this week" in told(home())


def test_whoever_has_withdrawn_still_signs_what_was_held_but_no_plan(home, world):
    review, _plan = reviewing.issue(world), planning.offer(world)
    world.withdrawn()
    assert reverse("pages:signed-version", args=[review.pk]) in told(home())
    assert "Training plan, version 1" not in home()


def test_a_draft_is_to_be_sent(home, world):
    piece = world.draft("K1", title="A draft")
    assert "Send your draft" in told(home())
    assert reverse("pages:evidence-edit", args=[piece.pk]) in told(home())
    submit(piece.pk, acting(world.apprentice), OWN_WORK)
    assert "4 KSBs have no evidence yet." in told(home())


def test_who_waits_for_the_assessor_is_told_so(home, world):
    world.submitted("K1", "K2", "S1", "S2", "B1")
    assert "5 KSBs are with your assessor." in told(home())
    assert "<a " not in told(home())


def test_others_are_not_told_what_the_apprentice_does_next(client, world):
    world.judged({"K1": "not_yet"}, title="Advert for a cook")
    client.force_login(world.assessor)
    page = client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    assert 'id="next-heading"' not in page
    assert "Advert for a cook" in page.partition("Came back for more work")[2]
