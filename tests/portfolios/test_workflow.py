"""Rules of drafts, files, enrolment and assignment."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceFile
from tests.factories.files import make_png, make_text
from tests.world import acting, make_version


def words(world, **changes):
    said = {
        "title": "Advert",
        "narrative": "I wrote it.",
        "happened_on": clock.today(),
        "claims": {world.ksb("K1").pk: "It shows K1."},
    } | changes
    return EvidenceContent.written(**said)


def test_enrolment_gives_every_ksb_a_progress_row(world):
    assert KsbProgress.objects.filter(apprenticeship=world.apprenticeship).count() == 5
    assert world.apprenticeship.ksb_count == 5


@pytest.mark.parametrize("who", ["assessor", "iqa", "viewer", "mentor", "apprentice", "other_admin", "stranger"])
def test_only_admins_of_the_provider_enrol(world, who):
    with pytest.raises(NotAllowed):
        enrolling.enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=world.stranger,
            employer=None,
            started_on=clock.today(),
            planned_end_on=clock.today() + timedelta(days=300),
            by=acting(world.people[who]),
        )


def test_the_same_form_sent_twice_makes_one_piece(world):
    token = uuid4()
    for _ in range(2):
        workflow.create_evidence(
            world.apprenticeship.pk, acting(world.apprentice), evidence_id=token, content=words(world)
        )
    assert Evidence.objects.count() == 1


def test_the_same_form_sent_again_with_other_words_loses_neither_text(world):
    token = uuid4()
    workflow.create_evidence(world.apprenticeship.pk, acting(world.apprentice), evidence_id=token, content=words(world))
    with pytest.raises(workflow.Stale) as conflict:
        workflow.create_evidence(
            world.apprenticeship.pk,
            acting(world.apprentice),
            evidence_id=token,
            content=words(world, narrative="Other words."),
        )
    assert conflict.value.kept.narrative == "I wrote it."


def test_a_stale_save_is_refused_with_what_is_kept(world):
    piece = world.draft("K1")
    workflow.revise_evidence(
        piece.pk, acting(world.apprentice), revision=1, content=words(world, narrative="From my phone.")
    )
    with pytest.raises(workflow.Stale) as conflict:
        workflow.revise_evidence(
            piece.pk, acting(world.apprentice), revision=1, content=words(world, narrative="From my laptop.")
        )
    assert conflict.value.kept.narrative == "From my phone."


def test_a_save_sent_twice_is_one_save(world):
    piece = world.draft("K1")
    for _ in range(2):
        workflow.revise_evidence(
            piece.pk, acting(world.apprentice), revision=1, content=words(world, narrative="Once.")
        )
    assert Evidence.objects.get().revision == 2


@pytest.mark.parametrize(
    "who", ["assessor", "admin", "iqa", "mentor", "second_apprentice", "other_apprentice", "stranger"]
)
def test_nobody_else_adds_or_changes_evidence(world, who):
    piece = world.draft("K1")
    with pytest.raises(NotAllowed):
        workflow.create_evidence(
            world.apprenticeship.pk, acting(world.people[who]), evidence_id=uuid4(), content=words(world)
        )
    with pytest.raises(NotAllowed):
        workflow.revise_evidence(piece.pk, acting(world.people[who]), revision=1, content=words(world))
    with pytest.raises(NotAllowed):
        workflow.add_file(piece.pk, acting(world.people[who]), make_text())
    with pytest.raises(NotAllowed):
        workflow.discard_evidence(piece.pk, acting(world.people[who]))


def test_a_ksb_of_another_standard_cannot_be_claimed(world):
    foreign = make_version("ST9002").ksbs.first()
    with pytest.raises(Incomplete) as refusal:
        workflow.create_evidence(
            world.apprenticeship.pk,
            acting(world.apprentice),
            evidence_id=uuid4(),
            content=words(world, claims={foreign.pk: "x"}),
        )
    assert refusal.value.field == "claims"
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("days", [1, -201])
def test_it_happened_neither_in_the_future_nor_before_the_start(world, days):
    with pytest.raises(Incomplete) as refusal:
        workflow.create_evidence(
            world.apprenticeship.pk,
            acting(world.apprentice),
            evidence_id=uuid4(),
            content=words(world, happened_on=clock.today() + timedelta(days=days)),
        )
    assert refusal.value.field == "happened_on"


def test_the_same_file_sent_twice_is_one_file(world):
    piece = world.draft("K1")
    first = workflow.add_file(piece.pk, acting(world.apprentice), make_png())
    assert workflow.add_file(piece.pk, acting(world.apprentice), make_png()) == first
    assert EvidenceFile.objects.count() == 1


def test_a_piece_holds_twenty_files(world):
    piece = world.draft("K1")
    for number in range(20):
        workflow.add_file(piece.pk, acting(world.apprentice), make_text(f"{number}.txt", f"Note {number}"))
    with pytest.raises(Incomplete, match="up to 20 files"):
        workflow.add_file(piece.pk, acting(world.apprentice), make_text("21.txt", "One too many"))


def test_a_file_past_the_gateway_is_refused(world):
    piece = world.draft("K1")
    world.past_gateway()
    with pytest.raises(NotAllowed):
        workflow.add_file(piece.pk, acting(world.apprentice), make_text())


def test_a_draft_put_aside_no_longer_counts_and_comes_back(world):
    piece = world.draft("K1")
    workflow.discard_evidence(piece.pk, acting(world.apprentice))
    row = KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code="K1")
    assert row.state == "not_started"
    workflow.restore_evidence(piece.pk, acting(world.apprentice))
    row.refresh_from_db()
    assert row.state == "in_progress"


def test_submitted_evidence_cannot_be_put_aside(world):
    submission = world.submitted("K1")
    with pytest.raises(OutOfTurn):
        workflow.discard_evidence(submission.evidence_id, acting(world.apprentice))


def test_a_new_assessor_takes_over_from_today(world):
    with pytest.raises(Incomplete):
        enrolling.assign(
            world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, mentor=world.stranger
        )
    assert world.apprenticeship in Apprenticeship.objects.visible_to(acting(world.assessor))
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    live = Assignment.objects.live().filter(apprenticeship=world.apprenticeship, role="assessor")
    assert [assignment.person for assignment in live] == [world.second_assessor]
    assert world.apprenticeship not in Apprenticeship.objects.visible_to(acting(world.assessor))


@pytest.mark.parametrize("who", ["iqa", "mentor", "other_assessor", "former_assessor", "apprentice"])
def test_only_an_assessor_of_the_provider_becomes_the_assessor(world, who):
    with pytest.raises(Incomplete):
        enrolling.assign(
            world.apprenticeship.pk, acting(world.admin), assessor=world.people[who], reason="They take over."
        )


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("apprentice", True),
        ("assessor", True),
        ("admin", True),
        ("iqa", True),
        ("viewer", True),
        ("mentor", True),
        ("second_assessor", False),
        ("former_assessor", False),
        ("second_apprentice", False),
        ("other_admin", False),
        ("other_assessor", False),
        ("stranger", False),
    ],
)
def test_who_sees_an_apprenticeship(world, who, sees):
    assert (world.apprenticeship in Apprenticeship.objects.visible_to(acting(world.people[who]))) is sees


def test_a_draft_is_private_to_its_apprentice(world):
    world.draft("K1")
    for name, user in world.people.items():
        assert Evidence.objects.visible_to(acting(user)).exists() is (name == "apprentice")


def test_an_ended_membership_closes_access_at_once(world):
    Membership.objects.filter(user=world.admin).update(ended_on=clock.today())
    assert not Apprenticeship.objects.visible_to(acting(world.admin)).exists()


def test_acting_for_one_organisation_hides_the_other(world):
    Membership.objects.create(user=world.admin, organisation=world.other_provider, role="provider_admin")
    world.admin.acting_for = world.other_provider
    assert set(Apprenticeship.objects.visible_to(acting(world.admin))) == {world.elsewhere}


@pytest.mark.parametrize("who", ["assessor", "admin"])
def test_whoever_works_for_one_provider_and_learns_at_another_sees_their_own_drafts_and_no_others(world, who):
    Apprenticeship.objects.filter(pk=world.elsewhere.pk).update(apprentice=world.people[who])
    world.elsewhere.refresh_from_db()
    own, of_learner = world.draft("K1", apprenticeship=world.elsewhere), world.draft("K1")
    submitted = world.submitted("K2").evidence
    seen = set(Evidence.objects.visible_to(acting(world.people[who])))
    assert {own, submitted} <= seen
    assert of_learner not in seen
    assert world.elsewhere in Apprenticeship.objects.visible_to(acting(world.people[who]))
