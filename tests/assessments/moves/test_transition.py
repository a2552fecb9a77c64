"""Moving learners to another text of their standard: what carries over, what is flagged, what stays in the history."""

from io import StringIO
from threading import Thread
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, KsbProgress
from assessments import moves
from assessments import workflow as assessing
from assessments.models import Decision, SignOff, Snapshot, SubmittedClaim, Transition, WordingConfirmation
from audit.verification import verify
from core.errors import Incomplete, NotAllowed, OutOfTurn, WorkflowError
from occupations.crossing import Crossing, crossing
from occupations.models import Ksb, Option
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Claim, Marker
from tests.assessments.transitions import LATER, move, picture, states, with_two_texts
from tests.factories.files import make_mp3
from tests.world import OWN_WORK, World, acting, later_version, make_world


@pytest.fixture
def way(world: World) -> Crossing:
    return with_two_texts(world)


def ksb(way: Crossing, code: str) -> Ksb:
    return Ksb.objects.get(version=way.after, code=code)


def progress(world: World, code: str) -> KsbProgress:
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code)


def nothing_is_amiss() -> None:
    """Progress is what it is recomputed to be, and the record fits."""
    call_command("rebuild_coverage", check=True, stdout=StringIO())
    assert list(verify()) == []


# What carries over ---------------------------------------------------------------------------------------------------


def test_a_statement_that_did_not_change_keeps_everything(world: World, way: Crossing) -> None:
    made = world.signed_off("K1")
    move(world, way)
    row = progress(world, "K1")
    assert (row.state, row.signed_off_at, row.signed_off_by) == ("signed_off", made.at, world.assessor)
    assert row.ksb.version == way.after
    assert not row.is_to_confirm


def test_a_reworded_statement_keeps_its_sign_off_and_is_flagged(world: World, way: Crossing) -> None:
    world.signed_off("K2")
    move(world, way)
    assert (progress(world, "K2").state, progress(world, "K2").is_to_confirm) == ("signed_off", True)


def test_a_reworded_statement_on_which_nothing_was_judged_is_not_flagged(world: World, way: Crossing) -> None:
    world.draft("K2")
    move(world, way)
    assert (progress(world, "K2").state, progress(world, "K2").is_to_confirm) == ("in_progress", False)


def test_a_renumbered_statement_carries_over_under_its_new_code(world: World, way: Crossing) -> None:
    world.judged({"S1": "met"})
    move(world, way)
    assert states(world.apprenticeship) == {
        "K1": "not_started",
        "K2": "not_started",
        "S1": "not_started",
        "S2": "met",
        "B1": "not_started",
    }


def test_an_added_statement_is_not_started(world: World, way: Crossing) -> None:
    world.signed_off("S1")
    move(world, way)
    assert progress(world, "S1").state == "not_started"


def test_a_removed_statement_does_not_count_and_keeps_its_sign_off_on_the_record(world: World, way: Crossing) -> None:
    made = world.signed_off("S2")
    move(world, way)
    apprenticeship = Apprenticeship.objects.get(pk=world.apprenticeship.pk)
    assert (apprenticeship.ksb_count, apprenticeship.signed_off_count) == (5, 0)
    assert SignOff.objects.live().get() == made
    assert made.ksb.version == way.before


def test_nothing_that_was_judged_is_touched(world: World, way: Crossing) -> None:
    world.signed_off("K2")
    world.judged({"S1": "not_yet", "S2": "met"})
    world.submitted("K1", "K2")
    kept = [Snapshot, SubmittedClaim, Decision, SignOff]
    before = [list(model._base_manager.order_by("pk").values()) for model in kept]
    move(world, way)
    assert [list(model._base_manager.order_by("pk").values()) for model in kept] == before
    nothing_is_amiss()


def test_a_waiting_submission_is_judged_as_it_was_and_counts_for_the_later_statement(
    world: World, way: Crossing
) -> None:
    waiting = world.submitted("S1", "S2")
    move(world, way)
    assert progress(world, "S2").state == "submitted"
    world.judge(waiting, {"S1": "met", "S2": "met"})
    assert progress(world, "S2").state == "met"
    assert waiting.evidence.claims.filter(is_met=True).count() == 2
    waiting.evidence.refresh_from_db()
    assert waiting.evidence.state == "accepted"
    nothing_is_amiss()


def test_a_decision_under_the_earlier_words_after_the_move_is_flagged(world: World, way: Crossing) -> None:
    waiting = world.submitted("K2")
    move(world, way)
    world.judge(waiting, {"K2": "met"})
    assert (progress(world, "K2").state, progress(world, "K2").is_to_confirm) == ("met", True)


def test_claims_of_drafts_follow_and_those_on_a_removed_statement_stay_unsubmitted(world: World, way: Crossing) -> None:
    piece = world.draft("S1", "S2")
    move(world, way)
    assert set(piece.claims.values_list("ksb", flat=True)) == {ksb(way, "S2").pk, world.ksb("S2").pk}
    submission = assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    assert [claim.ksb for claim in submission.claims.all()] == [ksb(way, "S2")]
    assert [claim["statement"] for claim in submission.snapshot.content["claims"]] == [LATER["S2"]]
    nothing_is_amiss()


def test_places_marked_in_files_follow_and_come_back(world: World, way: Crossing) -> None:
    piece = world.draft("S1", "S2")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_mp3())
    for code in ("S1", "S2"):
        collecting.add_marker(
            file.pk, acting(world.apprentice), marker_id=uuid4(), ksb_id=world.ksb(code).pk, starts_ms=1000
        )
    marked = list(Marker.objects.order_by("pk").values("pk", "ksb"))
    moved = move(world, way)
    assert set(Marker.objects.values_list("ksb__code", "ksb__version")) == {
        ("S2", way.after.pk),
        ("S2", way.before.pk),  # a statement that is gone
    }
    moves.undo_move(moved.pk, acting(world.admin))
    assert list(Marker.objects.order_by("pk").values("pk", "ksb")) == marked


def test_a_draft_that_claims_only_a_removed_statement_is_not_submitted(world: World, way: Crossing) -> None:
    piece = world.draft("S2")
    move(world, way)
    with pytest.raises(Incomplete, match="at least one KSB"):
        assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)


def test_saving_the_form_keeps_a_claim_on_a_removed_statement(world: World, way: Crossing) -> None:
    piece = world.draft("S2")
    move(world, way)
    collecting.revise_evidence(
        piece.pk,
        acting(world.apprentice),
        revision=1,
        content=EvidenceContent.written(
            title="Again",
            narrative="",
            happened_on=None,
            claims={ksb(way, "K1").pk: "It shows it."},
        ),
    )
    assert set(piece.claims.values_list("ksb__code", flat=True)) == {"K1", "S2"}
    nothing_is_amiss()


def test_taking_back_after_the_move_makes_a_draft_of_the_later_statement(world: World, way: Crossing) -> None:
    waiting = world.submitted("S1")
    move(world, way)
    assessing.take_back(waiting.pk, acting(world.apprentice))
    assert progress(world, "S2").state == "in_progress"
    nothing_is_amiss()


# The words that changed ----------------------------------------------------------------------------------------------


def test_the_assessor_confirms_changed_words_in_one_act(world: World, way: Crossing) -> None:
    world.signed_off("K2")
    move(world, way)
    for _ in range(2):
        moves.confirm_wording(world.apprenticeship.pk, ksb(way, "K2").pk, acting(world.assessor))
    assert not progress(world, "K2").is_to_confirm
    assert WordingConfirmation.objects.count() == 1
    nothing_is_amiss()


@pytest.mark.parametrize("who", ["apprentice", "second_assessor", "admin", "iqa", "other_assessor"])
def test_nobody_but_the_assessor_confirms(world: World, way: Crossing, who: str) -> None:
    world.signed_off("K2")
    move(world, way)
    with pytest.raises(NotAllowed):
        moves.confirm_wording(world.apprenticeship.pk, ksb(way, "K2").pk, acting(world.people[who]))


def test_a_carried_sign_off_is_withdrawn_and_signed_again(world: World, way: Crossing) -> None:
    made = world.signed_off("K2")
    move(world, way)
    withdrawal = assessing.withdraw_sign_off(made.pk, acting(world.assessor), "The new words ask for more.")
    assert (progress(world, "K2").state, progress(world, "K2").is_to_confirm) == ("met", True)
    again = assessing.sign_off(world.apprenticeship.pk, ksb(way, "K2").pk, acting(world.assessor))
    assert again.follows == withdrawal
    assert again.ksb == ksb(way, "K2")
    assert (progress(world, "K2").state, progress(world, "K2").is_to_confirm) == ("signed_off", False)
    nothing_is_amiss()


def test_a_carried_sign_off_stands_so_there_is_no_second(world: World, way: Crossing) -> None:
    made = world.signed_off("K1")
    move(world, way)
    again = assessing.sign_off(world.apprenticeship.pk, ksb(way, "K1").pk, acting(world.assessor))
    assert again == made
    assert again.is_repeat
    assert SignOff.objects.count() == 1


def test_signing_off_on_decisions_of_the_earlier_text_rests_on_them(world: World, way: Crossing) -> None:
    world.judged({"S1": "met"})
    move(world, way)
    made = assessing.sign_off(world.apprenticeship.pk, ksb(way, "S2").pk, acting(world.assessor))
    assert [decision.claim.ksb for decision in made.decisions.select_related("claim__ksb")] == [world.ksb("S1")]


def test_what_is_no_longer_to_be_shown_is_not_signed_off(world: World, way: Crossing) -> None:
    world.judged({"S2": "met"})
    move(world, way)
    with pytest.raises(OutOfTurn, match="no longer"):
        assessing.sign_off(world.apprenticeship.pk, world.ksb("S2").pk, acting(world.assessor))


# Back again ----------------------------------------------------------------------------------------------------------


def everything_begun(world: World) -> None:
    world.signed_off("K2")
    world.signed_off("S2")
    world.judged({"K1": "met", "S1": "not_yet"})
    world.submitted("S1")
    world.draft("S2", "B1")


def test_undoing_puts_everything_back_exactly_as_it_was(world: World, way: Crossing) -> None:
    everything_begun(world)
    before = picture(world.apprenticeship)
    made = move(world, way)
    assert picture(world.apprenticeship) != before
    nothing_is_amiss()
    for _ in range(2):
        moves.undo_move(made.pk, acting(world.admin))
    assert picture(world.apprenticeship) == before
    assert Transition.objects.count() == 2
    nothing_is_amiss()


def test_what_was_done_since_counts_after_undoing_where_both_texts_have_the_statement(
    world: World, way: Crossing
) -> None:
    made = move(world, way)
    piece = collecting.create_evidence(
        world.apprenticeship.pk,
        acting(world.apprentice),
        evidence_id=uuid4(),
        content=EvidenceContent.written(
            title="Work since the move",
            narrative="Something.",
            happened_on=world.apprenticeship.started_on,
            claims={ksb(way, code).pk: "It shows it." for code in ("K1", "K2", "S1")},
        ),
    )
    submission = assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    world.judge(submission, {"K1": "met", "K2": "met", "S1": "met"})
    assessing.sign_off(world.apprenticeship.pk, ksb(way, "K1").pk, acting(world.assessor))
    moves.undo_move(made.pk, acting(world.admin))
    assert states(world.apprenticeship) == {
        "K1": "signed_off",
        "K2": "met",
        "S1": "not_started",
        "S2": "not_started",
        "B1": "not_started",
    }
    # Judged under the later words, which are not the words of today any more.
    assert [progress(world, code).is_to_confirm for code in ("K1", "K2")] == [False, True]
    assert Decision.objects.count() == 3
    nothing_is_amiss()


def test_moving_again_after_undoing_asks_for_the_words_again(world: World, way: Crossing) -> None:
    made = world.signed_off("K2")
    first = move(world, way)
    moves.confirm_wording(world.apprenticeship.pk, ksb(way, "K2").pk, acting(world.assessor))
    moves.undo_move(first.pk, acting(world.admin))
    assert not progress(world, "K2").is_to_confirm
    move(world, way)
    assert (progress(world, "K2").signed_off_at, progress(world, "K2").is_to_confirm) == (made.at, True)
    nothing_is_amiss()


def test_only_the_latest_move_is_undone(world: World, way: Crossing) -> None:
    everything_begun(world)
    before = picture(world.apprenticeship)
    first = move(world, way)
    corrected = later_version(world.version, LATER | {"K2": LATER["K2"] + " today"}, correction=1)
    second = move(world, crossing(way.after, corrected))
    assert progress(world, "K2").state == "signed_off"
    nothing_is_amiss()
    with pytest.raises(OutOfTurn, match="latest"):
        moves.undo_move(first.pk, acting(world.admin))
    moves.undo_move(second.pk, acting(world.admin))
    moves.undo_move(first.pk, acting(world.admin))
    assert picture(world.apprenticeship) == before
    nothing_is_amiss()


def test_moving_back_by_a_move_of_its_own_gives_a_removed_statement_its_history_again(
    world: World, way: Crossing
) -> None:
    world.signed_off("S2")
    move(world, way)
    move(world, crossing(way.after, way.before))
    assert progress(world, "S2").state == "signed_off"
    nothing_is_amiss()


# Who and when --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["apprentice", "assessor", "iqa", "mentor", "viewer", "other_admin", "stranger"])
def test_nobody_but_an_admin_of_the_provider_moves_undoes_or_chooses(world: World, way: Crossing, who: str) -> None:
    by = world.people[who]
    made = move(world, way, world.second)
    with pytest.raises(NotAllowed):
        moves.move(world.apprenticeship.pk, acting(by), way, act=uuid4(), option=None)
    with pytest.raises(NotAllowed):
        moves.undo_move(made.pk, acting(by))
    with pytest.raises(NotAllowed):
        moves.choose_option(world.apprenticeship.pk, uuid4(), acting(by))


def test_the_same_token_moves_once(world: World, way: Crossing) -> None:
    act = uuid4()
    assert move(world, way, act=act) == move(world, way, act=act)
    assert Transition.objects.count() == 1


def test_a_learner_who_is_on_another_text_by_now_is_left_there(world: World, way: Crossing) -> None:
    move(world, way)
    with pytest.raises(OutOfTurn, match="is now on"):
        move(world, way)


def test_past_the_gateway_the_text_stays(world: World, way: Crossing) -> None:
    world.past_gateway()
    with pytest.raises(OutOfTurn, match="past gateway"):
        move(world, way)


def test_a_text_that_changed_since_it_was_looked_at_is_refused(world: World, way: Crossing) -> None:
    type(way.after).objects.filter(pk=way.after.pk).update(content_sha256="1" * 64)
    with pytest.raises(OutOfTurn, match="changed"):
        move(world, way)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_is_done() -> None:
    world = make_world()
    way = with_two_texts(world)
    world.signed_off("K1")
    answers: list[object] = []

    def act() -> None:
        try:
            answers.append(move(world, way))
        except WorkflowError as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["OutOfTurn"] * 3 + ["Transition"]
    nothing_is_amiss()


# Options -------------------------------------------------------------------------------------------------------------


def give_options(version, ksbs: dict[str, list[str]]) -> dict[str, Option]:  # type: ignore[no-untyped-def]
    """Options of these titles, with the KSBs of these codes."""
    made = {}
    for place, (title, codes) in enumerate(ksbs.items(), start=1):
        made[title] = Option.objects.create(version=version, position=place, title=title)
        for code in codes:
            version.ksbs.get(code=code).options.add(made[title])
    return made


def test_without_an_option_nothing_is_counted_and_nothing_divided(world: World) -> None:
    give_options(world.version, {"Front desk": ["K2"], "Back office": ["S2"]})
    made = enrolling.enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        apprentice=world.stranger,
        employer=None,
        started_on=world.apprenticeship.started_on,
        planned_end_on=world.apprenticeship.planned_end_on,
        by=acting(world.admin),
    )
    call_command("rebuild_coverage", stdout=StringIO())
    assert (made.ksb_count, states(made)) == (0, {})
    found = Apprenticeship.objects.unscoped().with_pace().get(pk=made.pk)
    assert (found.actual_percent, found.rag) == (None, "no_ksbs")
    nothing_is_amiss()


def test_choosing_an_option_begins_the_core_and_its_own(world: World) -> None:
    options = give_options(world.version, {"Front desk": ["K2"], "Back office": ["S2"]})
    for _ in range(2):
        moves.choose_option(world.apprenticeship.pk, options["Front desk"].pk, acting(world.admin))
    assert list(states(world.apprenticeship)) == ["K1", "K2", "S1", "B1"]
    call_command("rebuild_coverage", stdout=StringIO())
    nothing_is_amiss()


def test_another_option_keeps_the_history_of_the_first_and_gives_it_back(world: World) -> None:
    options = give_options(world.version, {"Front desk": ["K2"], "Back office": ["S2"]})
    call_command("rebuild_coverage", stdout=StringIO())
    moves.choose_option(world.apprenticeship.pk, options["Front desk"].pk, acting(world.admin))
    made = world.signed_off("K2")
    piece = world.draft("K2")
    moves.choose_option(world.apprenticeship.pk, options["Back office"].pk, acting(world.admin))
    assert states(world.apprenticeship) == dict.fromkeys(("K1", "S1", "S2", "B1"), "not_started")
    assert SignOff.objects.live().get() == made
    assert piece.claims.get().ksb == world.ksb("K2")
    nothing_is_amiss()
    moves.choose_option(world.apprenticeship.pk, options["Front desk"].pk, acting(world.admin))
    assert states(world.apprenticeship)["K2"] == "signed_off"
    nothing_is_amiss()


def test_a_claim_on_a_ksb_of_another_option_is_refused(world: World) -> None:
    options = give_options(world.version, {"Front desk": ["K2"], "Back office": ["S2"]})
    moves.choose_option(world.apprenticeship.pk, options["Front desk"].pk, acting(world.admin))
    with pytest.raises(Incomplete, match="not in this standard"):
        world.draft("S2")
    assert not Claim.objects.exists()


def test_an_option_of_another_text_is_not_chosen(world: World, way: Crossing) -> None:
    options = give_options(way.after, {"Front desk": ["K2"], "Back office": ["B1"]})
    with pytest.raises(Incomplete):
        moves.choose_option(world.apprenticeship.pk, options["Front desk"].pk, acting(world.admin))


def test_the_option_goes_on_by_its_title(world: World, way: Crossing) -> None:
    old = give_options(way.before, {"Front desk": ["K2"], "Back office": ["S2"]})
    new = give_options(way.after, {"Back  Office": ["B1"], "Front desk": ["K2"]})
    way = crossing(way.before, way.after)
    assert way.option_for(old["Front desk"]) == new["Front desk"]
    assert way.option_for(old["Back office"]) == new["Back  Office"]
    call_command("rebuild_coverage", stdout=StringIO())
    moves.choose_option(world.apprenticeship.pk, old["Front desk"].pk, acting(world.admin))
    world.signed_off("K2")
    made = move(world, way, option=new["Front desk"])
    assert states(world.apprenticeship)["K2"] == "signed_off"
    moves.undo_move(made.pk, acting(world.admin))
    assert Apprenticeship.objects.get(pk=world.apprenticeship.pk).option == old["Front desk"]
    nothing_is_amiss()


def test_an_option_that_is_gone_must_be_chosen_anew(world: World, way: Crossing) -> None:
    old = give_options(way.before, {"Front desk": ["K2"], "Back office": ["S2"]})
    new = give_options(way.after, {"Warehouse": ["B1"], "Yard": ["K2"]})
    way = crossing(way.before, way.after)
    assert way.option_for(old["Front desk"]) is None
    moves.choose_option(world.apprenticeship.pk, old["Front desk"].pk, acting(world.admin))
    with pytest.raises(Incomplete, match="Choose an option"):
        move(world, way)
    move(world, way, option=new["Yard"])
    assert "B1" not in states(world.apprenticeship)
