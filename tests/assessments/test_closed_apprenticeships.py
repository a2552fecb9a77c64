"""What a break leaves open, and what a withdrawal or the gateway closes: each form opens only if it can be saved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from apprenticeships.models import Apprenticeship, Change, KsbProgress
from apprenticeships.workflow import undo_change, withdraw
from assessments import moves, workflow
from assessments.feedback import Feedback
from assessments.models import Decision, ReviewDraft, SignOff, Submission
from core import clock
from core.errors import NotAllowed, OutOfTurn, WorkflowError
from portfolios import workflow as collecting
from portfolios.models import Evidence
from tests.assessments.transitions import move, with_two_texts
from tests.factories.files import make_text, make_wav
from tests.world import OWN_WORK, OWN_WORK_FORM, acting, claim_words, feedback_form, make_world

QUEUE = "/queue/"
CLOSED = "nothing in it can be added, changed or reviewed"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def at(name: str, *args: object) -> str:
    return reverse(f"pages:{name}", args=args)


# What the apprentice can still do ---------------------------------------------------------------------------------


@pytest.mark.parametrize("closes", ["withdrawn", "past_gateway"])
def test_no_form_of_the_apprentice_opens_once_it_is_closed(client, world, closes):
    piece, sent = world.draft("K1"), world.submitted("K2", title="Sent")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_text())
    deleted = collecting.discard_evidence(world.draft("S1", title="Deleted").pk, acting(world.apprentice))
    getattr(world, closes)()
    client.force_login(world.apprentice)
    learner = world.apprenticeship.pk
    assert CLOSED in text(client.get(at("evidence-new", learner)))
    for form in ("evidence-edit", "evidence-submit"):
        assert client.get(at(form, piece.pk)).url == at("evidence", piece.pk)
    acts = ("evidence-edit", "evidence-submit", "evidence-take-back", "evidence-showcase", "evidence-discard")
    for page in (at("evidence", piece.pk), at("evidence", sent.evidence_id)):
        found = text(client.get(page))
        assert CLOSED in found
        assert "Feedback is due" not in found
        assert [act for act in acts if at(act, piece.pk) in found or at(act, sent.evidence_id) in found] == []
    grid = text(client.get(at("grid", learner)))
    assert 'type="checkbox"' not in grid
    assert "data-claim-url" not in grid
    assert at("evidence-restore", deleted.pk) not in text(client.get(at("evidence-list", learner)))
    assert at("evidence-new", learner) not in text(client.get(at("coverage", learner)))
    assert at("evidence-new", learner) not in text(client.get(at("ksb", learner, "K1")))
    assert "Use these words again" not in text(client.get(at("evidence-versions", piece.pk)))
    assert at("marker-add", file.pk) not in text(client.get(at("file-page", file.pk)))


def test_every_act_of_the_apprentice_is_refused_with_the_reason_and_changes_nothing(client, world):
    piece, sent = world.draft("K1"), world.submitted("K2", title="Sent")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_text())
    world.withdrawn()
    client.force_login(world.apprentice)
    learner, today = world.apprenticeship.pk, clock.today().isoformat()
    words = {"title": "Other", "narrative": "Other words.", "happened_on": today, "revision": "1", "save": "1"}
    for address, given in [
        (at("evidence-new", learner), words | {"token": str(uuid4())}),
        (at("evidence-edit", piece.pk), words),
        (at("evidence-submit", piece.pk), OWN_WORK_FORM),
        (at("evidence-take-back", sent.evidence_id), {}),
        (at("evidence-discard", piece.pk), {}),
        (at("evidence-showcase", piece.pk), {"show": "1"}),
        (at("version-bring-back", piece.pk, 1), {}),
        (at("grid", learner), {"piece": str(piece.pk), f"is_{piece.pk}": "S1"}),
        (at("file-remove", file.pk), {}),
        (at("autosave", learner, piece.pk), words),
        (at("claim", piece.pk, "S1"), {"claimed": "1", "why": "It shows it."}),
    ]:
        answer = client.post(address, given)
        assert (answer.status_code, CLOSED in text(answer)) == (403, True), address
    kept = Evidence.objects.unscoped().get(pk=piece.pk)
    assert (kept.title, kept.state, kept.revision) == (piece.title, piece.state, piece.revision)
    assert Evidence.objects.unscoped().count() == 2


def test_on_a_break_evidence_is_still_added_sent_and_reviewed(world):
    world.on_break()
    assert world.judged({"K1": "met"}).finished_at
    assert workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))


def test_a_page_that_saves_itself_is_told_that_the_apprenticeship_is_closed_and_loses_nothing(client, world):
    piece = world.draft("K1")
    world.withdrawn()
    client.force_login(world.apprentice)
    answer = client.post(at("autosave", world.apprenticeship.pk, piece.pk), {"title": "More", "revision": "1"})
    # The page keeps the words on the device where it is told “closed”.
    assert answer.json()["state"] == "closed"


UPLOAD = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Metadata": "filename YS50eHQ="}


@pytest.mark.parametrize("closes", ["withdrawn", "undone"])
def test_whatever_a_page_sends_by_itself_is_told_why_nothing_more_is_saved(client, world, closes):
    piece = world.draft("K1")
    if closes == "withdrawn":
        world.withdrawn()
        why = CLOSED
    else:
        why = "has undone this enrolment"
        workflow.undo_enrolment(
            world.apprenticeship.pk, acting(world.admin), reason="Typed twice.", knows_of_drafts=True
        )
    client.force_login(world.apprentice)
    learner, today = world.apprenticeship.pk, clock.today().isoformat()
    words = {"title": "Other", "narrative": "Other words.", "happened_on": today, "claims": []}
    capture = words | {"evidence": str(piece.pk), "capture": str(uuid4()), "follows": []}
    by_script = {"headers": {"Accept": "*/*"}}
    for answer in (
        client.post(at("autosave", learner, piece.pk), {"title": "More", "revision": "1"}, **by_script),
        client.post(at("claim", piece.pk, "S1"), {"claimed": "1", "why": "It shows it."}, **by_script),
        client.post(at("uploads", learner, piece.pk), headers=UPLOAD),
        client.post(at("captures", learner), capture, content_type="application/json", **by_script),
    ):
        assert 400 <= answer.status_code < 500
        assert why in answer.json()["message"]


@pytest.mark.parametrize(("act", "field"), [("marker-add", "note"), ("transcript", "transcript")])
def test_a_mark_made_in_an_old_tab_is_refused_with_the_reason_and_its_words_are_shown(client, world, act, field):
    file = collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make_wav())
    world.withdrawn()
    client.force_login(world.apprentice)
    given = {"token": str(uuid4()), "ksb": str(world.ksb("K1").pk), "starts": "0:00", field: "What I typed here"}
    answer = client.post(at(act, file.pk), given)
    assert (answer.status_code, CLOSED in text(answer)) == (403, True)
    assert "What I typed here" in text(answer)


# What the assessor can still do -----------------------------------------------------------------------------------


def test_a_withdrawn_learners_pieces_leave_the_queue_and_come_back_with_the_undoing(client, world):
    world.submitted("K1", title="Waits for review")
    client.force_login(world.assessor)
    assert "Waits for review" in text(client.get(QUEUE))
    change = world.withdrawn()
    for who in (world.assessor, world.admin):
        client.force_login(who)
        assert "Waits for review" not in text(client.get(QUEUE))
    undo_change(change.pk, acting(world.admin), "The wrong learner.")
    assert "Waits for review" in text(client.get(QUEUE))


def test_on_a_break_a_piece_stays_in_the_queue(client, world):
    world.submitted("K1", title="Waits for review")
    world.on_break()
    client.force_login(world.assessor)
    assert "Waits for review" in text(client.get(QUEUE))


def test_no_form_of_the_assessor_opens_once_it_is_closed(client, world):
    sign_off = world.signed_off("K1")
    decision = world.judged({"K2": "met"}, title="Judged").claims.get().decisions.get()
    waiting = world.submitted("S1", title="Waits")
    world.withdrawn()
    client.force_login(world.assessor)
    found = text(client.get(at("review", waiting.pk)))
    assert CLOSED in found
    assert at("review-finish", waiting.pk) not in found
    assert at("review-start", waiting.pk) not in text(client.get(at("evidence", waiting.evidence_id)))
    judged = text(client.get(at("review", decision.claim.submission_id)))
    assert at("decision-correct", decision.pk) not in judged
    assert client.get(at("decision-correct", decision.pk)).status_code == 409
    assert at("sign-off-withdraw", sign_off.pk) not in text(client.get(at("ksb", world.apprenticeship.pk, "K1")))
    assert at("sign-off", world.apprenticeship.pk, "K2") not in text(
        client.get(at("ksb", world.apprenticeship.pk, "K2"))
    )


def test_every_act_of_the_assessor_is_refused_and_judges_nothing(world):
    sign_off = world.signed_off("K1")
    decision = world.judged({"K2": "met"}, title="Judged").claims.get().decisions.get()
    waiting = world.submitted("S1", title="Waits")
    world.withdrawn()
    by, said = acting(world.assessor), {"S1": claim_words("met", "", signs_off=False)}
    counts = Decision.objects.count(), SignOff.objects.count(), ReviewDraft.objects.unscoped().count()
    for act in (
        lambda: workflow.start_review(waiting.pk, by),
        lambda: workflow.keep_review(waiting.pk, by, revision=0, claims=said),
        lambda: workflow.finish_review(waiting.pk, by, said),
        lambda: workflow.put_off(waiting.pk, by, clock.today() + timedelta(days=3), claims={}),
        lambda: workflow.correct_decision(decision.pk, by, "not_yet", Feedback(missing="Say more."), "I misread it."),
        lambda: workflow.sign_off(world.apprenticeship.pk, world.ksb("K2").pk, by),
        lambda: workflow.withdraw_sign_off(sign_off.pk, by, "Too early."),
    ):
        with pytest.raises(OutOfTurn, match=CLOSED):
            act()
    assert counts == (Decision.objects.count(), SignOff.objects.count(), ReviewDraft.objects.unscoped().count())


def test_new_wording_is_not_confirmed_for_who_left(world):
    world.judged({"K2": "met"})
    way = with_two_texts(world)
    move(world, way)
    world.withdrawn()
    with pytest.raises(OutOfTurn, match=CLOSED):
        moves.confirm_wording(world.apprenticeship.pk, way.after.ksbs.get(code="K2").pk, acting(world.assessor))


def test_what_an_assessor_was_writing_when_somebody_was_withdrawn_is_shown_to_them(client, world):
    waiting = world.submitted("K1")
    words = {"revision": "0", "outcome_K1": "not_yet", **feedback_form("K1", "Name the board that you used.")}
    client.force_login(world.assessor)
    assert client.post(at("review-words", waiting.pk), words).json()["state"] == "saved"
    world.withdrawn()
    assert client.post(at("review-words", waiting.pk), words | {"missing_K1": "More."}).json()["state"] == "closed"
    assert client.get(at("review-words", waiting.pk)).json()["state"] == "closed"
    assert "Name the board that you used." in text(client.get(at("review", waiting.pk)))
    answer = client.post(at("review-finish", waiting.pk), words | {"missing_K1": "The last words."})
    assert answer.status_code == 409
    assert "The last words." in text(answer)
    assert CLOSED in text(answer)


def test_a_review_that_was_finished_before_a_withdrawal_comes_back_to_its_assessor(world):
    waiting = world.submitted("K1")
    workflow.finish_review(waiting.pk, acting(world.assessor), {"K1": claim_words("met", "Good.", signs_off=False)})
    world.withdrawn()
    assert CLOSED in workflow.send_review(waiting.pk, acting(world.assessor))
    assert Decision.objects.count() == 0
    assert ReviewDraft.objects.unscoped().get().claims["K1"].feedback.missing == "Good."


# Two at once ------------------------------------------------------------------------------------------------------


def both(*acts):
    """What each act returns or is refused with, all begun at once."""

    def run(act):
        try:
            return act()
        except WorkflowError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_submission_at_once_leave_one_story():
    world = make_world()
    pieces = [world.draft("K1", title=f"Piece {number}") for number in range(4)]
    told = {"act": uuid4(), "effective_on": clock.today(), "reason": "They left."}
    results = both(
        *(lambda piece=piece: workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK) for piece in pieces[:2]),
        lambda: withdraw(world.apprenticeship.pk, acting(world.admin), **told),
        *(lambda piece=piece: workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK) for piece in pieces[2:]),
    )
    assert isinstance(results[2], Change)
    sent = sum(isinstance(result, Submission) for result in results)
    assert sent + sum(isinstance(result, NotAllowed) for result in results) == 4
    assert KsbProgress.objects.unscoped().get(apprenticeship=world.apprenticeship, ksb__code="K1").waiting_count == sent
    assert Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk).status == "withdrawn"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_change_and_its_undoing_by_several_at_once_happen_once_each():
    world = make_world()
    act = uuid4()
    made = both(*[lambda: world.on_break(act=act)] * 6)
    assert len({change.pk for change in made}) == 1
    others = both(*[lambda: world.withdrawn(act=uuid4())] * 3, *[lambda: world.past_gateway(act=uuid4())] * 3)
    assert sum(isinstance(result, Change) for result in others) == 1
    withdrawn = next(result for result in others if isinstance(result, Change))
    undone = both(*[lambda: undo_change(withdrawn.pk, acting(world.admin), "The wrong learner.")] * 6)
    assert len({change.pk for change in undone}) == 1
    assert Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk).status == "break"
    numbers = list(Change.objects.unscoped().order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_change_and_the_undoing_of_the_one_before_it_at_once_follow_one_another():
    world = make_world()
    first = world.on_break()
    results = both(lambda: undo_change(first.pk, acting(world.admin), "Wrong."), lambda: world.withdrawn(act=uuid4()))
    status = Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk).status
    undone, withdrawn = (isinstance(result, Change) for result in results)
    # Whoever was first decides: undone and then withdrawn, or withdrawn and the break no longer to be undone.
    assert withdrawn
    assert status == "withdrawn"
    assert undone == (results[0].number < results[1].number if undone else False)


def test_words_typed_in_a_tab_that_is_out_of_date_are_shown_again(client, world):
    draft, sent = world.draft("K1"), world.draft("K2", title="Sent")
    typed = {"narrative": "What I typed in the train", "token": str(uuid4()), "revision": "1"}
    client.force_login(world.apprentice)
    workflow.submit(sent.pk, acting(world.apprentice), OWN_WORK)
    answer = client.post(at("evidence-edit", sent.pk), typed)
    assert answer.status_code == 409
    assert "What I typed in the train" in text(answer)
    world.withdrawn()
    for form in (at("evidence-new", world.apprenticeship.pk), at("evidence-edit", draft.pk)):
        answer = client.post(form, typed)
        assert answer.status_code == 403
        assert CLOSED in text(answer)
        assert "What I typed in the train" in text(answer)
    assert not Evidence.objects.filter(narrative__contains="in the train").exists()
