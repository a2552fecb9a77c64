"""A field that was not sent is not an emptied one: what stands there stays, or the form is refused."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import ReviewDraft
from occupations.models import Favourite
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, PromptSet
from portfolios.prompts import Prompt
from tests.access.browsers import signed_in_browser
from tests.factories.files import make_png
from tests.hostile.calling import send
from tests.portfolios.prompts import prompts
from tests.world import World, acting, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def apprentice(world: World) -> Client:
    return signed_in_browser(world, "apprentice")


@pytest.fixture
def assessor(world: World) -> Client:
    return signed_in_browser(world, "assessor")


@pytest.fixture
def piece(world: World) -> Evidence:
    """A draft that says everything that a piece can say, claiming K1 and S1."""
    piece = world.draft("K1", "S1")
    return workflow.revise_evidence(
        piece.pk,
        acting(world.apprentice),
        revision=piece.revision,
        content=EvidenceContent.written(
            title=piece.title,
            narrative=piece.narrative,
            happened_on=piece.happened_on,
            claims={world.ksb(code).pk: f"It shows {code}." for code in ("K1", "S1")},
            kind="project",
            answers=[{"prompt": "What was hard?", "text": "The budget."}, {"prompt": "Who helped?", "text": "Nobody."}],
        ),
        is_showcase=True,
    )


def everything_in(piece: Evidence) -> dict[str, object]:
    kept = Evidence.objects.unscoped().get(pk=piece.pk)
    return {
        "title": kept.title,
        "narrative": kept.narrative,
        "happened_on": kept.happened_on,
        "kind": kept.kind,
        "answers": kept.answers,
        "is_showcase": kept.is_showcase,
        "claims": {claim.ksb.code: claim.justification for claim in kept.claims.select_related("ksb")},
    }


def as_its_page_sends(piece: Evidence) -> dict[str, str]:
    """What the page of a piece sends if nobody changed anything on it."""
    said = everything_in(piece)
    boxes = ["claim_K1", "claim_K2", "claim_S1", "claim_S2", "claim_B1", "is_showcase"]
    fields = {
        "revision": str(piece.revision),
        "title": said["title"],
        "narrative": said["narrative"],
        "happened_on": said["happened_on"].isoformat(),
        "kind": said["kind"],
        "is_showcase": "on",
        "shown": " ".join(boxes),
    }
    for number, answer in enumerate(said["answers"], start=1):
        fields |= {f"prompt_{number}": answer["prompt"], f"answer_{number}": answer["text"]}
    fields |= {f"claim_{code}": "on" for code in said["claims"]}
    return fields | {f"why_{code}": why for code, why in said["claims"].items()}


def saved_by_button(world: World, piece: Evidence) -> str:
    return reverse("pages:evidence-edit", args=[piece.pk])


def saved_by_itself(world: World, piece: Evidence) -> str:
    return reverse("pages:autosave", args=[world.apprenticeship.pk, piece.pk])


WAYS = pytest.mark.parametrize("way", [saved_by_button, saved_by_itself])
WORDS = ["title", "narrative", "happened_on", "kind", "answer_1", "answer_2", "prompt_2", "why_K1", "shown"]


@WAYS
@pytest.mark.parametrize("absent", WORDS)
def test_a_save_without_one_field_leaves_what_stands_there(
    world: World, apprentice: Client, piece: Evidence, absent: str, way
):
    before = everything_in(piece)
    fields = as_its_page_sends(piece)
    del fields[absent]

    apprentice.post(way(world, piece), fields)

    assert everything_in(piece) == before


@WAYS
def test_a_save_with_nothing_but_the_revision_changes_nothing(world: World, apprentice: Client, piece: Evidence, way):
    before = everything_in(piece)

    apprentice.post(way(world, piece), {"revision": str(piece.revision)})

    assert everything_in(piece) == before


@WAYS
def test_only_boxes_that_the_form_showed_are_unticked(world: World, apprentice: Client, piece: Evidence, way):
    fields = as_its_page_sends(piece)
    for name in ("claim_K1", "claim_S1", "is_showcase"):
        del fields[name]

    apprentice.post(way(world, piece), fields | {"shown": "claim_K1 claim_K2"})

    said = everything_in(piece)
    assert said["claims"] == {"S1": "It shows S1."}
    assert said["is_showcase"] is True


@WAYS
def test_what_somebody_emptied_is_emptied(world: World, apprentice: Client, piece: Evidence, way):
    fields = as_its_page_sends(piece)
    for name in ("claim_K1", "claim_S1", "is_showcase"):
        del fields[name]
    emptied = dict.fromkeys(("title", "narrative", "happened_on", "answer_1", "answer_2"), "")

    apprentice.post(way(world, piece), fields | emptied)

    assert everything_in(piece) == {
        "title": "",
        "narrative": "",
        "happened_on": None,
        "kind": "project",
        "answers": [],
        "is_showcase": False,
        "claims": {},
    }


def test_the_page_of_a_piece_names_every_box_that_it_shows(world: World, apprentice: Client, piece: Evidence):
    page = apprentice.get(saved_by_button(world, piece)).content.decode()

    assert 'name="shown" value="claim_K1 claim_K2 claim_S1 claim_S2 claim_B1 is_showcase"' in page


@pytest.mark.parametrize("revision", [None, "", "newest"])
def test_a_save_that_does_not_say_what_it_changes_replaces_nothing(
    world: World, apprentice: Client, piece: Evidence, revision: str | None
):
    before = everything_in(piece)
    fields = as_its_page_sends(piece) | {"narrative": "Something else."}
    del fields["revision"]
    if revision is not None:
        fields["revision"] = revision

    answer = apprentice.post(saved_by_button(world, piece), fields)

    assert answer.status_code == 409
    assert "Something else." in answer.content.decode()
    assert everything_in(piece) == before


def test_a_line_that_is_too_long_leaves_the_one_that_stands(world: World, apprentice: Client, piece: Evidence):
    apprentice.post(saved_by_button(world, piece), as_its_page_sends(piece) | {"why_K1": "x" * 2_001})

    assert everything_in(piece)["claims"]["K1"] == "It shows K1."


# Judging --------------------------------------------------------------------------------------------------------------
def test_a_judgement_without_its_feedback_is_not_recorded(world: World, assessor: Client):
    submission = world.submitted("K1")

    answer = assessor.post(reverse("pages:review-finish", args=[submission.pk]), {"outcome_K1": "met"})

    assert answer.status_code == 422
    assert "Part of this form went missing on the way, so nothing was saved." in answer.content.decode()
    assert not ReviewDraft.objects.exists()


# The grid, one cell at a time and all at once -------------------------------------------------------------------------
def test_a_cell_that_says_neither_yes_nor_no_stays(world: World, apprentice: Client, piece: Evidence):
    before = everything_in(piece)

    answer = apprentice.post(reverse("pages:claim", args=[piece.pk, "K1"]), {"why": "It shows K1."})

    assert answer.status_code == 422
    assert everything_in(piece) == before


def test_a_grid_that_does_not_say_what_was_ticked_unticks_nothing(world: World, apprentice: Client, piece: Evidence):
    before = everything_in(piece)

    apprentice.post(reverse("pages:grid", args=[world.apprenticeship.pk]), {"piece": str(piece.pk)})

    assert everything_in(piece) == before


# A device without a network -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("absent", ["title", "narrative", "happened_on", "claims"])
def test_a_capture_without_one_of_its_words_is_refused(world: World, apprentice: Client, piece: Evidence, absent: str):
    before = everything_in(piece)
    words = {
        "title": piece.title,
        "narrative": piece.narrative,
        "happened_on": piece.happened_on.isoformat(),
        "claims": [{"ksb": str(world.ksb(code).pk), "why": f"It shows {code}."} for code in ("K1", "S1")],
    }
    sent = {"evidence": str(piece.pk), "capture": str(uuid4()), "base": words} | words
    del sent[absent]

    answer = apprentice.post(
        reverse("pages:captures", args=[world.apprenticeship.pk]), json.dumps(sent), content_type="application/json"
    )

    assert answer.status_code == 422
    assert absent in answer.json()["errors"]
    assert everything_in(piece) == before


# The rest -------------------------------------------------------------------------------------------------------------
def test_prompts_that_were_not_sent_are_not_taken_away(world: World):
    workflow.set_prompts(world.provider.pk, acting(world.admin), "project", [Prompt("Why?"), Prompt("How?")])
    fields = prompts("Why?", "How?")
    del fields["prompt_2"]

    answer = signed_in_browser(world, "admin").post(reverse("pages:prompts", args=["project"]), fields)

    assert answer.status_code == 422
    assert [one["prompt"] for one in PromptSet.objects.get().prompts] == ["Why?", "How?"]


def test_a_transcript_that_was_not_sent_does_not_empty_the_one_that_stands(world: World, apprentice: Client):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    workflow.set_transcript(file.pk, acting(world.apprentice), "Good morning.")

    answer = apprentice.post(reverse("pages:transcript", args=[file.pk]), {})

    file.refresh_from_db()
    assert answer.status_code == 422
    assert file.transcript == "Good morning."


def test_a_piece_stays_among_the_best_until_somebody_says_no(world: World, apprentice: Client, piece: Evidence):
    answer = apprentice.post(reverse("pages:evidence-showcase", args=[piece.pk]), {})

    assert answer.status_code == 422
    assert everything_in(piece)["is_showcase"]


def test_a_favourite_stays_until_somebody_says_no(world: World, apprentice: Client):
    address = reverse("pages:favourite", args=["ST9001"])
    apprentice.post(address, {"on": "1"})

    assert apprentice.post(address, {}).status_code == 422
    assert Favourite.objects.exists()


@pytest.mark.parametrize("length", [None, ""])
def test_a_save_whose_body_nobody_announced_changes_nothing(
    world: World, apprentice: Client, piece: Evidence, length: str | None
):
    before = everything_in(piece)

    send(
        apprentice,
        saved_by_button(world, piece),
        b"narrative=Short",
        length=length,
        content_type="application/x-www-form-urlencoded",
    )

    assert everything_in(piece) == before
