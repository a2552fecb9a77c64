"""Linking evidence to KSBs: suggestions, duties, gaps, the cap, and the grid."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships.models import KsbProgress
from assessments.workflow import submit
from core.errors import OutOfTurn
from occupations.models import Duty, Ksb, Option
from portfolios import workflow
from portfolios.models import Claim, EvidenceVersion, SuggestionAnswer
from portfolios.suggestions import suggestions_for
from tests.queries import query_count
from tests.world import OWN_WORK, acting


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)
    return client


@pytest.fixture
def advert(world):
    """A piece that speaks of adverts, and a KSB that does."""
    Ksb.objects.filter(pk=world.ksb("S1").pk).update(statement="Write and place an advert for a vacancy.")
    return world.draft("K1", title="Advert for a vacancy")


def test_a_suggestion_names_the_words_and_claims_nothing(apprentice, world, advert):
    page = apprentice.get(reverse("pages:suggestions", args=[advert.pk])).content.decode()
    assert "Write and place an advert" in page
    assert "<mark>" in page
    assert [claim.ksb.code for claim in advert.claims.all()] == ["K1"]


def test_a_dismissed_suggestion_does_not_come_back(apprentice, world, advert):
    url = reverse("pages:suggestion-answer", args=[advert.pk])
    for _ in range(2):
        assert apprentice.post(url, {"ksb": "S1", "answer": "dismissed"}).status_code == 204
    assert SuggestionAnswer.objects.get().rank == 1
    assert "S1" not in [one.ksb.code for one in suggestions_for(advert)]


def test_without_a_script_accepting_saves_and_claims(apprentice, world, advert):
    sent = {
        "revision": "1",
        "title": "Advert",
        "narrative": "Advert for a vacancy.",
        "accepted": "S1",
        "claim_K1": "on",
    }
    answer = apprentice.post(reverse("pages:evidence-edit", args=[advert.pk]), sent)
    assert answer.status_code == 302
    assert {claim.ksb.code for claim in advert.claims.all()} == {"K1", "S1"}


def test_a_duty_leads_to_its_ksbs(apprentice, world):
    Duty.objects.create(version=world.version, number=1, text="Place adverts").ksbs.add(world.ksb("S2"))
    url = reverse("pages:evidence-duties", args=[world.apprenticeship.pk])
    page = apprentice.post(url, {"did": "I placed an advert"}).content.decode()
    assert 'data-tick="S2"' in page


def test_many_claims_get_a_gentle_word_and_are_saved(apprentice, world):
    workflow.set_policy(
        world.provider.pk,
        acting(world.admin),
        claims_per_piece=2,
        apprentice_quota_bytes=1024**3,
        provider_quota_bytes=1024**3,
    )
    piece = world.draft("K1", "K2", "S1")
    assert "claims 3 KSBs" in apprentice.get(reverse("pages:evidence-edit", args=[piece.pk])).content.decode()


def test_gaps_and_well_covered_ksbs_are_in_sight(apprentice, world):
    for _ in range(3):
        world.draft("K1")
    page = apprentice.get(reverse("pages:evidence-new", args=[world.apprenticeship.pk])).content.decode()
    assert "well covered" in page
    assert "No other evidence yet" in page


def test_while_no_option_is_chosen_nothing_is_claimed_and_a_notice_says_why(apprentice, world):
    option = Option.objects.create(version=world.version, position=1, title="Sales")
    world.ksb("S2").options.add(option)
    page = apprentice.get(reverse("pages:evidence-new", args=[world.apprenticeship.pk])).content.decode()
    assert "Choose an option first" in page
    assert "id_claim_S1" not in page
    assert "id_claim_S2" not in page


def test_a_press_in_the_grid_sets_one_claim_and_its_progress(apprentice, world):
    piece = world.draft("K1")
    url = reverse("pages:claim", args=[piece.pk, "S1"])
    for _ in range(2):
        assert apprentice.post(url, {"claimed": "1", "why": "It shows S1."}).json()["claimed"]
    piece.refresh_from_db()
    assert piece.revision == 2
    assert KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code="S1").state == "in_progress"
    assert [one["code"] for one in EvidenceVersion.objects.get().content["claims"]] == ["K1", "S1"]
    apprentice.post(url, {"claimed": "0"})
    assert KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code="S1").state == "not_started"


def test_a_justification_from_another_tab_is_not_written_over(apprentice, world):
    piece = world.draft("K1")
    url = reverse("pages:claim", args=[piece.pk, "K1"])
    assert apprentice.post(url, {"claimed": "1", "why": "New.", "read": "It shows K1."}).status_code == 200
    answer = apprentice.post(url, {"claimed": "1", "why": "Newer.", "read": "It shows K1."})
    assert (answer.status_code, answer.json()["why"]) == (409, "New.")


def test_a_claim_of_what_is_with_the_assessor_stays(world):
    submission = world.submitted("K1")
    with pytest.raises(OutOfTurn):
        workflow.set_claim(
            submission.evidence_id, acting(world.apprentice), ksb_id=world.ksb("K1").pk, is_claimed=False
        )


def test_without_a_script_the_grid_is_sent_as_a_form(apprentice, world):
    piece, other = world.draft("K1"), world.draft("K2")
    url = reverse("pages:grid", args=[world.apprenticeship.pk])
    sent = {"piece": [piece.pk, other.pk, "nonsense"], f"was_{piece.pk}": "K1", f"is_{piece.pk}": ["S1", "B1"]}
    sent |= {f"was_{other.pk}": "K2", f"is_{other.pk}": ["K2"]}
    assert apprentice.post(url, sent).status_code == 302
    assert {claim.ksb.code for claim in piece.claims.all()} == {"S1", "B1"}
    assert {claim.ksb.code for claim in other.claims.all()} == {"K2"}


def test_a_ksb_from_elsewhere_is_not_found(apprentice, world):
    piece = world.draft("K1")
    assert apprentice.post(reverse("pages:claim", args=[piece.pk, "K99"]), {"claimed": "1"}).status_code == 404
    assert apprentice.post(reverse("pages:claim", args=[uuid4(), "K1"]), {"claimed": "1"}).status_code == 404


@pytest.mark.parametrize("page", ["pages:grid", "pages:evidence-new"])
def test_the_pages_ask_the_same_number_of_queries_at_any_size(apprentice, world, page):
    url = reverse(page, args=[world.apprenticeship.pk])
    world.draft("K1")
    few = query_count(apprentice, url)
    for _ in range(4):
        world.draft("K1", "S1")
    assert query_count(apprentice, url) == few


def test_a_grid_with_one_tick_that_cannot_be_saves_nothing_and_keeps_the_ticks(apprentice, world):
    piece, judged = world.draft("K1"), world.draft("K2")
    url = reverse("pages:grid", args=[world.apprenticeship.pk])
    sent = {"piece": [piece.pk, judged.pk], f"was_{piece.pk}": "K1", f"is_{piece.pk}": ["K1", "S1"]}
    sent |= {f"was_{judged.pk}": "K2", f"is_{judged.pk}": ["K2", "S2"]}
    submit(judged.pk, acting(world.apprentice), OWN_WORK)
    answer = apprentice.post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "S2: This evidence is submitted" in page
    assert {claim.ksb.code for claim in piece.claims.all()} == {"K1"}
    ticked = re.findall(rf'name="is_{piece.pk}" value="(\w+)"[^>]* checked', page)
    assert ticked == ["K1", "S1"]


def test_a_suggestion_that_cannot_be_claimed_is_not_answered(world):
    piece = world.draft("K1")
    Claim.objects.unscoped().filter(evidence=piece).update(is_met=True)
    with pytest.raises(OutOfTurn):
        workflow.answer_suggestion(
            piece.pk,
            acting(world.apprentice),
            ksb_id=world.ksb("K1").pk,
            answer="accepted",
            rank=1,
            score=0.5,
            claims_it=True,
        )
    assert not SuggestionAnswer.objects.unscoped().exists()
