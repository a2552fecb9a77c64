"""Rules of submitting and taking back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.models import Submission
from assessments.workflow.submission import missing_for_submission
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceFile
from tests.world import OWN_WORK, acting


def state_of(world, code):
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code).state


def test_a_draft_puts_its_ksbs_in_progress(world):
    world.draft("K1")
    assert state_of(world, "K1") == "in_progress"
    assert state_of(world, "K2") == "not_started"


def test_a_submission_freezes_what_was_written(world):
    submission = world.submitted("K1")
    content = submission.snapshot.content
    assert content["narrative"] == "I wrote the advert and placed it on two job boards."
    assert content["claims"] == [
        {
            "ksb": str(world.ksb("K1").pk),
            "code": "K1",
            "statement": "Statement of K1",
            "justification": "It shows K1.",
            "is_met": False,
        }
    ]
    assert state_of(world, "K1") == "submitted"


def test_submitting_twice_makes_one_submission(world):
    piece = world.draft("K1")
    first = workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    entries = Entry.objects.count()
    assert workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK) == first
    assert Submission.objects.count() == 1
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    "who", ["assessor", "admin", "iqa", "mentor", "second_apprentice", "other_apprentice", "stranger"]
)
def test_nobody_submits_somebody_elses_evidence(world, who):
    piece = world.draft("K1")
    with pytest.raises(NotAllowed):
        workflow.submit(piece.pk, acting(world.people[who]), OWN_WORK)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"narrative": "  "}, "narrative"),
        ({"happened_on": None}, "happened_on"),
        ({"claims": {}}, "claims"),
    ],
)
def test_an_incomplete_piece_is_refused_by_the_field(world, change, field):
    words = {
        "title": "Advert",
        "narrative": "I wrote it.",
        "happened_on": clock.today(),
        "claims": {world.ksb("K1").pk: "It shows K1."},
    } | change
    piece = collecting.create_evidence(
        world.apprenticeship.pk, acting(world.apprentice), evidence_id=uuid4(), content=EvidenceContent.written(**words)
    )
    with pytest.raises(Incomplete) as refusal:
        workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    assert refusal.value.field == field
    assert not Submission.objects.exists()


def test_one_explanation_is_enough_unless_the_provider_asks_for_a_line_about_each_ksb(world):
    content = EvidenceContent.written(
        title="Advert",
        narrative="I wrote it.",
        happened_on=clock.today(),
        claims={world.ksb(code).pk: "" for code in ("K1", "S1")},
    )
    piece = collecting.create_evidence(
        world.apprenticeship.pk, acting(world.apprentice), evidence_id=uuid4(), content=content
    )
    assert missing_for_submission(piece) == []
    collecting.set_policy(
        world.provider.pk,
        acting(world.admin),
        claims_per_piece=6,
        wants_line_per_claim=True,
        apprentice_quota_bytes=1024**3,
        provider_quota_bytes=1024**3,
    )
    missing = missing_for_submission(piece)
    assert [(one.field, one.ksb) for one in missing] == [("justification", "K1"), ("justification", "S1")]
    with pytest.raises(Incomplete):
        workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK)


def test_a_submitted_piece_cannot_be_changed(world):
    submission = world.submitted("K1")
    with pytest.raises(OutOfTurn):
        collecting.revise_evidence(
            submission.evidence_id,
            acting(world.apprentice),
            revision=1,
            content=EvidenceContent.written(
                title="Other",
                narrative="Other",
                happened_on=None,
                claims={},
            ),
        )


def test_a_submission_taken_back_is_private_again(world):
    submission = world.submitted("K1")
    assert Evidence.objects.visible_to(acting(world.assessor)).exists()
    workflow.take_back(submission.pk, acting(world.apprentice))
    assert not Evidence.objects.visible_to(acting(world.assessor)).exists()
    assert state_of(world, "K1") == "in_progress"


def test_a_review_that_started_cannot_be_taken_back_and_says_who_started_it(world):
    submission = world.submitted("K1")
    workflow.start_review(submission.pk, acting(world.assessor))
    with pytest.raises(OutOfTurn, match="Assessor started reviewing this on"):
        workflow.take_back(submission.pk, acting(world.apprentice))


def test_taking_back_a_second_round_leaves_the_first_in_sight(world):
    first = world.judged({"K1": "not_yet"})
    second = workflow.submit(first.evidence_id, acting(world.apprentice), OWN_WORK)
    assert second.round == 2
    workflow.take_back(second.pk, acting(world.apprentice))
    assert Evidence.objects.visible_to(acting(world.assessor)).get().state == "referred"
    assert workflow.submit(first.evidence_id, acting(world.apprentice), OWN_WORK).round == 2


def test_a_revision_is_judged_as_the_next_round_and_the_first_stays_as_it_was(world):
    first = world.judged({"K1": "not_yet"})
    before = first.snapshot.content
    collecting.revise_evidence(
        first.evidence_id,
        acting(world.apprentice),
        revision=1,
        content=EvidenceContent.written(
            title="Advert, second try",
            narrative="Now with the results.",
            happened_on=clock.today() - timedelta(days=2),
            claims={world.ksb("K1").pk: "It shows K1 better."},
        ),
    )
    second = workflow.submit(first.evidence_id, acting(world.apprentice), OWN_WORK)
    world.judge(second, {"K1": "met"})
    first.refresh_from_db()
    assert first.snapshot.content == before
    assert second.round == 2
    assert Evidence.objects.get().state == "accepted"
    assert state_of(world, "K1") == "met"


def test_a_met_claim_is_not_asked_again_in_the_next_round(world):
    first = world.judged({"K1": "met", "S1": "not_yet"})
    second = workflow.submit(first.evidence_id, acting(world.apprentice), OWN_WORK)
    assert [claim.ksb.code for claim in second.claims.all()] == ["S1"]
    assert {claim["code"] for claim in second.snapshot.content["claims"]} == {"K1", "S1"}


def test_dropping_every_open_claim_closes_a_piece_on_what_was_met(world):
    first = world.judged({"K1": "met", "S1": "not_yet"})
    piece = first.evidence
    collecting.revise_evidence(
        piece.pk,
        acting(world.apprentice),
        revision=1,
        content=EvidenceContent.written(
            title=piece.title,
            narrative=piece.narrative,
            happened_on=piece.happened_on,
            claims={},
        ),
    )
    assert workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK) == first
    piece.refresh_from_db()
    assert piece.state == "accepted"
    assert Submission.objects.count() == 1


def test_a_file_that_was_submitted_stays_with_its_round_when_removed(world):
    from tests.factories.files import make_png

    piece = world.draft("K1")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_png())
    first = workflow.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    world.judge(first, {"K1": "not_yet"})
    collecting.remove_file(file.pk, acting(world.apprentice))
    assert [kept.file for kept in first.files.all()] == [file]
    assert EvidenceFile.objects.visible_to(acting(world.assessor)).filter(pk=file.pk).exists()
