"""A decision is corrected by another that supersedes it and says why; the one that stands is what counts."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, KsbProgress
from assessments import workflow
from assessments.feedback import Feedback
from assessments.models import Decision
from audit.models import Entry
from audit.verification import verify
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios.models import Evidence
from portfolios.workflow import revise_evidence
from tests.world import OWN_WORK, acting

pytestmark = pytest.mark.django_db
PARTS = {"missing": "", "meets": "", "next_step": "", "by_when": ""}
WHY = "I had read the wrong file."


def decided(world, outcome="met", code="K1", **kwargs):
    """The decision on a piece that claims one KSB."""
    return world.judged({code: outcome}, **kwargs).claims.get().decisions.get()


def correct(world, decision, outcome, feedback="Say more.", reason=WHY, by=None):
    return workflow.correct_decision(
        decision.pk, acting(by or world.assessor), outcome, Feedback(missing=feedback), reason
    )


def state_of(world, code="K1"):
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code).state


def assert_all_fits():
    call_command("rebuild_coverage", check=True, stdout=StringIO())
    assert not list(verify())


@pytest.mark.parametrize(
    ("before", "after", "ksb", "piece"),
    [("not_yet", "met", "met", "accepted"), ("met", "not_yet", "needs_work", "referred")],
)
def test_what_was_corrected_counts_in_place_of_what_was_said_before(world, before, after, ksb, piece):
    decision = decided(world, before)
    made = correct(world, decision, after)
    assert list(Decision.objects.standing()) == [made]
    assert (made.supersedes, made.reason, state_of(world)) == (decision, WHY, ksb)
    assert Evidence.objects.get().state == piece
    assert Apprenticeship.objects.get(pk=world.apprenticeship.pk).met_count == (after == "met")
    assert_all_fits()


def test_a_correction_does_not_overtake_what_was_judged_after_it(world):
    decision = decided(world, "not_yet")
    decided(world, "not_yet", title="A later piece")
    correct(world, decision, "met")
    assert state_of(world) == "needs_work"
    assert_all_fits()


def test_a_correction_is_on_the_record_with_who_made_it(world):
    made = correct(world, decided(world), "not_yet")
    entry = Entry.objects.of_subject(made).get()
    assert (entry.action, entry.actor_person) == ("claim.corrected", world.assessor.pk)


def test_an_apprentice_revises_what_was_corrected_to_not_yet(world):
    correct(world, decided(world), "not_yet")
    piece = Evidence.objects.get()
    revise_evidence(
        piece.pk, acting(world.apprentice), revision=piece.revision, content=world_content(piece, "I wrote more.")
    )
    again = workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    assert [claim.ksb.code for claim in again.claims.all()] == ["K1"]


def world_content(piece, narrative):
    from dataclasses import replace

    from portfolios.content import EvidenceContent

    return replace(EvidenceContent.of(piece), narrative=narrative)


def test_the_same_correction_again_is_the_one_that_was_made(world):
    decision = decided(world)
    made = correct(world, decision, "not_yet")
    entries = Entry.objects.count()
    assert correct(world, decision, "not_yet") == made
    assert Entry.objects.count() == entries


def test_whoever_comes_second_with_another_correction_is_told_who_was_first(world):
    decision = decided(world)
    correct(world, decision, "not_yet")
    with pytest.raises(OutOfTurn, match="Assessor corrected this on"):
        correct(world, decision, "not_yet", feedback="Other words.")


def test_a_correction_can_be_corrected(world):
    decision = decided(world)
    correct(world, correct(world, decision, "not_yet"), "met", reason="No, it was right.")
    assert state_of(world) == "met"
    assert Decision.objects.count() == 3
    assert_all_fits()


@pytest.mark.parametrize(
    ("outcome", "feedback", "reason", "field"),
    [
        ("met", "Say more.", WHY, "outcome"),
        ("not_yet", " ", WHY, "missing"),
        ("not_yet", "Say more.", " ", "reason"),
        ("maybe", "Say more.", WHY, "outcome"),
    ],
    ids=["nothing changes", "no feedback", "no reason", "no such outcome"],
)
def test_a_correction_that_says_too_little_is_refused_by_the_field(world, outcome, feedback, reason, field):
    with pytest.raises(Incomplete) as refused:
        correct(world, decided(world), outcome, feedback, reason)
    assert refused.value.field == field
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("who", ["apprentice", "iqa", "admin", "viewer", "mentor", "second_assessor", "other_assessor"])
def test_only_the_assigned_assessor_corrects(world, who):
    with pytest.raises(NotAllowed):
        correct(world, decided(world), "not_yet", by=world.people[who])


def test_a_decision_that_a_sign_off_rests_on_becomes_not_yet_once_that_is_withdrawn(world):
    signed = world.signed_off("K1")
    decision = signed.decisions.get()
    with pytest.raises(OutOfTurn, match="K1 is signed off on this decision. Withdraw the sign-off first."):
        correct(world, decision, "not_yet")
    workflow.withdraw_sign_off(signed.pk, acting(world.assessor), "Judged wrongly.")
    correct(world, decision, "not_yet")
    assert state_of(world) == "needs_work"
    assert_all_fits()


def test_a_sign_off_says_that_a_decision_it_rests_on_was_corrected(client, world):
    signed = world.signed_off("K1")
    address = reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"])
    client.force_login(world.apprentice)
    words = "A decision that this sign-off rests on has been corrected since."
    assert words not in client.get(address).content.decode()
    correct(world, signed.decisions.get(), "met", feedback="Clear, from start to end.")
    assert words in client.get(address).content.decode()
    assert state_of(world) == "signed_off"
    assert_all_fits()


def test_signing_off_rests_on_the_decisions_that_stand(world):
    decision = decided(world, "not_yet")
    made = correct(world, decision, "met")
    signed = workflow.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    assert list(signed.decisions.all()) == [made]


def test_what_was_asked_again_is_judged_there(world):
    decision = decided(world, "not_yet")
    workflow.submit(Evidence.objects.get().pk, acting(world.apprentice), OWN_WORK)
    with pytest.raises(OutOfTurn, match="K1 was sent again in version 2"):
        correct(world, decision, "met")


def test_the_database_keeps_one_first_decision_and_corrections_of_the_same_claim(world):
    decision = decided(world)
    other = decided(world, code="K2", title="Another")
    given = {"outcome": "met", "by": world.assessor, "snapshot_sha256": decision.snapshot_sha256}
    for wrong in (
        {"claim": decision.claim},
        {"claim": other.claim, "supersedes": decision, "reason": WHY},
        {"claim": decision.claim, "supersedes": decision},
        {"claim": decision.claim, "supersedes": None, "reason": WHY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**given, **wrong)


def test_correcting_from_the_page_shows_both_decisions_to_everybody_who_sees_them(client, world):
    decision = decided(world)
    review = reverse("pages:review", args=[decision.claim.submission_id])
    address = reverse("pages:decision-correct", args=[decision.pk])
    client.force_login(world.assessor)
    assert address in client.get(review).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"outcome": "not_yet", **PARTS, "reason": WHY}).status_code == 422
    assert client.post(address, {"outcome": "not_yet", "reason": WHY}).status_code == 422
    sent = {"outcome": "not_yet", **(PARTS | {"missing": "Name the law."}), "reason": WHY}
    assert client.post(address, sent).headers["location"] == review
    assert client.post(address, sent).headers["location"] == review
    piece = reverse("pages:evidence", args=[decision.claim.submission.evidence_id])
    ksb = reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"])
    for who, pages in (("apprentice", [piece, ksb]), ("iqa", [review, ksb]), ("mentor", [piece, ksb])):
        client.force_login(world.people[who])
        for page in pages:
            shown = client.get(page).content.decode()
            assert WHY in shown
            assert "Name the law." in shown
            assert address not in shown
        assert "Before it was corrected" in client.get(pages[0]).content.decode()


def test_a_refused_correction_keeps_what_was_typed(client, world):
    signed = world.signed_off("K1")
    client.force_login(world.assessor)
    answer = client.post(
        reverse("pages:decision-correct", args=[signed.decisions.get().pk]),
        {"outcome": "not_yet", **(PARTS | {"missing": "Name the law."}), "reason": WHY},
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Withdraw the sign-off first." in page
    assert "Name the law." in page


def test_what_was_decided_at_another_provider_is_not_corrected_here(client, world):
    decision = world.judged({"K1": "met"}).claims.get().decisions.get()
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They moved.")
    User.objects.filter(pk=world.assessor.pk).update(external_provider="Elsewhere", email=None, is_active=False)
    client.force_login(world.second_assessor)
    page = client.get(reverse("pages:review", args=[decision.claim.submission_id])).content.decode()
    assert decision.by.name in page
    assert reverse("pages:decision-correct", args=[decision.pk]) not in page
    with pytest.raises(OutOfTurn, match="another training provider"):
        workflow.correct_decision(
            decision.pk, acting(world.second_assessor), "not_yet", Feedback(missing="More."), "It is not there."
        )
