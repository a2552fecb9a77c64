"""What an assessor said stands first: on the piece, in the form that revises it, and on the KSB's page."""

import re

import pytest
from django.urls import reverse

from assessments.workflow import finish_review, send_review, submit
from occupations.models import Duty
from portfolios.content import EvidenceContent
from portfolios.workflow import revise_evidence
from tests.queries import query_count
from tests.world import OWN_WORK, acting, claim_words

#: As many as a page may run, whatever it shows (docs/performance.md).
MOST_STATEMENTS = 12


@pytest.fixture
def submission(world):
    made = world.submitted("K1", "S1", title="Advert for a cook")
    return world.judge(made, {"K1": "met", "S1": "not_yet"})


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)

    def get(name, *ids):
        return client.get(reverse(f"pages:{name}", args=ids)).content.decode()

    return get


def told(page):
    """What stands in the panel of feedback."""
    return page.partition('id="feedback"')[2].partition("</section>")[0]


def test_feedback_stands_on_top_of_the_piece_and_is_said_once(apprentice, submission):
    page = apprentice("evidence", submission.evidence_id)
    assert page.index('id="feedback"') < page.index("I wrote the advert")
    assert told(page).index("S1") < told(page).index("K1")
    assert page.count("Say more.") == 2


def test_feedback_stands_on_top_of_the_revision_and_beside_its_ksb(apprentice, submission):
    page = apprentice("evidence-edit", submission.evidence_id)
    assert page.index('id="feedback"') < page.index('data-step="capture"') < page.index('data-step="shows"')
    assert "Say more." in told(page)
    row = re.search(r'data-code="S1".*?name="why_S1"', page, re.DOTALL)[0]
    assert "Say more." in row


def test_feedback_of_an_earlier_round_makes_room_for_the_newest(world, apprentice, submission):
    piece = submission.evidence
    piece.refresh_from_db()
    submit(piece.pk, acting(world.apprentice), OWN_WORK)
    assert 'id="feedback"' not in apprentice("evidence", piece.pk)
    second = piece.submissions.order_by("round").last()
    world.judge(second, {"S1": "not_yet"})
    assert "K1" not in told(apprentice("evidence", piece.pk))


def test_a_draft_has_no_feedback(world, apprentice):
    assert 'id="feedback"' not in apprentice("evidence-edit", world.draft("K1").pk)


def test_a_form_with_feedback_runs_few_statements(client, world, submission):
    client.force_login(world.apprentice)
    address = reverse("pages:evidence-edit", args=[submission.evidence_id])
    client.get(address)
    assert query_count(client, address) <= MOST_STATEMENTS


def test_a_ksb_says_what_it_asks_what_is_missing_and_what_was_said_last(apprentice, world, submission):
    duty = Duty.objects.create(version=world.version, number=3, text="Write adverts")
    duty.ksbs.add(world.ksb("S1"))
    page = apprentice("ksb", world.apprenticeship.pk, "S1")
    assert "A skill is something you can do." in page
    assert "Still missing: the changes that your assessor asked for." in page
    assert "Duty 3" in page
    assert "Write adverts" in page
    assert "Say more." in told(page)
    assert page.count("Say more.") == 1
    assert "Duty 3" not in apprentice("ksb", world.apprenticeship.pk, "K1")


@pytest.mark.parametrize(
    ("who", "words"), [("apprentice", "Still missing: any evidence."), ("assessor", "No evidence has been sent")]
)
def test_what_is_missing_is_said_to_each_in_their_words(client, world, who, words):
    client.force_login(world.people[who])
    page = client.get(reverse("pages:ksb", args=[world.apprenticeship.pk, "K2"])).content.decode()
    assert words in page


def test_every_state_of_a_ksb_says_what_is_missing(apprentice, world):
    learner = world.apprenticeship.pk
    world.draft("K1")
    assert "It is in one of your drafts." in apprentice("ksb", learner, "K1")
    world.submitted("K2")
    assert "your assessor has it" in apprentice("ksb", learner, "K2")
    world.judged({"S1": "met"})
    assert "Only your assessor’s sign-off is missing." in apprentice("ksb", learner, "S1")
    world.signed_off("S2")
    assert "Nothing is missing: it is signed off." in apprentice("ksb", learner, "S2")


def test_an_edited_copy_keeps_its_feedback_in_sight(apprentice, world, submission):
    piece = submission.evidence
    piece.refresh_from_db()
    content = EvidenceContent.of(piece)
    revise_evidence(piece.pk, acting(world.apprentice), revision=piece.revision, content=content)
    assert "Say more." in told(apprentice("evidence", piece.pk))


def test_feedback_is_shown_as_text_in_paragraphs(apprentice, world):
    made = world.submitted("S1")
    said = {"S1": claim_words("not_yet", "Say <b>more</b>.\n\nAnd when.")}
    finish_review(made.pk, acting(world.assessor), said)
    send_review(made.pk, acting(world.assessor))
    panel = told(apprentice("evidence", made.evidence_id))
    assert "<p>Say &lt;b&gt;more&lt;/b&gt;.</p>" in panel
    assert "<p>And when.</p>" in panel


def test_a_claim_without_a_mark_says_so_in_the_revision_too(apprentice, world):
    submission = world.judged({"K1": "met", "S1": "not_judged"})
    page = apprentice("evidence-edit", submission.evidence_id)
    row = re.search(r'data-code="S1".*?name="why_S1"', page, re.DOTALL)[0]
    assert "nothing to do with S1" in row
    assert "nothing to do with S1" in told(page)


def test_nothing_is_said_before_the_review_is_sent(apprentice, world):
    submission = world.submitted("S1")
    world.finish(submission, {"S1": "not_yet"})
    assert "Say more." not in apprentice("evidence", submission.evidence_id)
    assert "Say more." not in apprentice("ksb", world.apprenticeship.pk, "S1")
