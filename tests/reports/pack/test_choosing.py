"""Choosing pieces for the assessment organisation, and what the plan asks of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments import workflow as assessing
from assessments.feedback import Feedback
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed
from occupations.models import Assessment
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from reports.pack.choice import standing_of
from reports.pack.models import ChosenPiece
from reports.pack.workflow import choose_pieces, set_rules
from tests.queries import query_count
from tests.reports.pack.packing import USUAL, asked, choose, rules
from tests.world import OWN_WORK, World, acting


def reviewed(world: World, outcomes: dict[str, str], **kwargs):
    return world.judged(outcomes, **kwargs).evidence_id


def standing(world: World):
    world.apprenticeship.refresh_from_db()
    return standing_of(world.apprenticeship)


def reflection(world: World):
    """A reflective account on K1 that was met."""
    piece = collecting.create_evidence(
        world.apprenticeship.pk,
        acting(world.apprentice),
        evidence_id=uuid4(),
        content=EvidenceContent.written(
            title="What I learned",
            narrative="I learned a lot.",
            kind="reflective_account",
            happened_on=clock.today() - timedelta(days=1),
            claims={world.ksb("K1").pk: "It shows K1."},
        ),
    )
    return world.judge(assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK), {"K1": "met"}).evidence_id


def test_the_apprentice_and_their_assessor_choose_and_nobody_else(world):
    pieces = [reviewed(world, {code: "met"}, title=code) for code in ("K1", "K2")]
    for who in set(world.people) - {"apprentice", "assessor"}:
        with pytest.raises(NotAllowed):
            choose(world, pieces[0], by=world.people[who])
    assert (choose(world, pieces[0], by=world.apprentice), choose(world, pieces[1], by=world.assessor)) == (1, 1)
    assert [one.pk for one in standing(world).chosen] == pieces


def test_only_reviewed_pieces_of_this_apprentice_are_chosen(world):
    world.judged({"K1": "met"})
    waiting, other = world.submitted("S1"), world.submitted("K1", apprenticeship=world.second)
    for piece in (waiting.evidence_id, other.evidence_id, uuid4()):
        with pytest.raises(Incomplete):
            choose(world, piece)


def test_nothing_is_chosen_once_the_portfolio_is_closed(world):
    piece = reviewed(world, {"K1": "met"})
    world.past_gateway()
    with pytest.raises(NotAllowed):
        choose(world, piece)


def test_choosing_twice_is_choosing_once_and_dropping_keeps_the_history(world):
    piece = reviewed(world, {"K1": "met"})
    assert (choose(world, piece), choose(world, piece, by=world.assessor)) == (1, 0)
    for _ in range(2):
        choose_pieces(world.apprenticeship.pk, acting(world.assessor), {piece: False})
    assert not standing(world).chosen
    row = ChosenPiece.objects.get()
    assert (row.chosen_by, row.dropped_by) == (world.apprentice, world.assessor)
    actions = Entry.objects.filter(subject=str(row.pk)).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["piece.chosen", "piece.dropped"]
    assert choose(world, piece) == 1


def test_the_standing_says_what_the_plan_still_misses(world):
    rules(world, fewest=3)
    choose(world, reviewed(world, {"K1": "met", "S1": "not_yet"}))
    short = standing(world)
    assert short.too_few == 2
    assert [ksb.code for ksb in short.missing] == ["K2", "S1", "S2", "B1"]
    assert not short.is_complete


def test_a_choice_within_the_rules_is_complete(world):
    method = Assessment.objects.create(version=world.version, position=1, kind="method", title="Interview")
    method.ksbs.set([world.ksb("K1"), world.ksb("S1")])
    rules(world, assessment_id=method.pk, most=1)
    choose(world, reviewed(world, {"K1": "met", "S1": "met"}))
    assert standing(world).is_complete
    choose(world, reviewed(world, {"K2": "met"}, title="One too many"))
    assert standing(world).too_many == 1


def test_a_kind_that_the_plan_does_not_accept_shows_no_ksb(world):
    piece = reflection(world)
    choose(world, piece)
    found = standing(world)
    assert [one.pk for one in found.not_counted] == [piece]
    assert found.too_few == 1
    assert "K1" in [ksb.code for ksb in found.missing]
    rules(world, excluded_kinds=[])
    assert "K1" not in [ksb.code for ksb in standing(world).missing]


def test_a_corrected_decision_takes_the_ksb_from_the_piece(world):
    submission = world.judged({"K1": "met"})
    choose(world, submission.evidence_id)
    wrong = submission.claims.get().decisions.get()
    assessing.correct_decision(
        wrong.pk, acting(world.assessor), "not_yet", Feedback(missing="Say more."), "I read the wrong file."
    )
    assert "K1" in [ksb.code for ksb in standing(world).missing]


def test_rules_that_do_not_fit_are_refused_by_their_field(world):
    for given, field in [
        ({"fewest": 5, "most": 4}, "most"),
        ({"root_name": "{name}/{uln}"}, "root_name"),
        ({"root_name": "{__class__}"}, "root_name"),
        ({"piece_name": "{number} {"}, "piece_name"),
        ({"excluded_kinds": ["selfie"]}, "excluded_kinds"),
        ({"assessment_id": uuid4()}, "assessment"),
    ]:
        with pytest.raises(Incomplete) as refused:
            rules(world, **given)
        assert refused.value.field == field


def test_rules_are_the_admins_and_of_standards_that_their_apprentices_are_on(world):
    with pytest.raises(NotAllowed):
        set_rules(world.provider.pk, world.version.pk, acting(world.other_admin), **USUAL)
    with pytest.raises(Incomplete):
        set_rules(world.provider.pk, uuid4(), acting(world.admin), **USUAL)
    first, again = rules(world, fewest=4), rules(world, fewest=4)
    assert first == again
    assert Entry.objects.filter(action="plan_rules.set").count() == 1


def page(world: World, who: str = "apprentice") -> tuple[Client, str]:
    client = Client()
    client.force_login(world.people[who])
    return client, reverse("pages:pack", args=[world.apprenticeship.pk])


def test_a_tick_saved_by_somebody_else_since_is_not_undone(world):
    mine, theirs = reviewed(world, {"K1": "met"}), reviewed(world, {"K2": "met"}, title="Another")
    client, address = page(world)
    choose(world, theirs, by=world.assessor)
    client.post(f"{address}pieces/", {"was": "", "chosen": [str(mine)]})
    assert {one.pk for one in standing(world).chosen} == {mine, theirs}


def test_half_a_form_is_refused_and_changes_nothing(world):
    choose(world, reviewed(world, {"K1": "met"}))
    client, address = page(world)
    for sent in ({}, {"was": "x"}, {"was": "", "chosen": ["x"]}):
        assert client.post(f"{address}pieces/", sent).status_code == 422
    assert len(standing(world).chosen) == 1


def test_the_page_says_what_is_missing_and_costs_the_same_for_many_pieces(world):
    reviewed(world, {"K1": "met"})
    client, address = page(world)
    assert "Choose 1 more piece of evidence." in client.get(address).content.decode()
    few = query_count(client, address)
    for number in range(4):
        reviewed(world, {"K2": "met"}, title=f"Piece {number}")
    assert query_count(client, address) == few <= 12
    choose(world, *(piece.pk for piece in standing(world).pieces))
    client, address = page(world, "assessor")
    asked(world)
    assert query_count(client, address) <= 12
