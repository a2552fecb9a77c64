"""Whoever has a conflict of interest with an apprentice leaves all that is about them to colleagues."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships import workflow as enrolling
from apprenticeships.models import ConflictEnding, ConflictOfInterest
from assessments import workflow as assessing
from assessments.models import ReviewDraft, Sample, Submission
from assessments.workflow import Rates
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from reports.conflicts import conflicts_at
from tests.assessments import quality
from tests.notifications.worker import digest, told
from tests.world import World, acting, claim_words

pytestmark = pytest.mark.django_db


def test_an_assessor_in_conflict_judges_nothing_and_still_sees_the_learner(world: World):
    waiting = world.submitted("K1")
    quality.conflict(world)
    with pytest.raises(NotAllowed):
        assessing.finish_review(waiting.pk, acting(world.assessor), {"K1": claim_words("met")})
    assert Submission.objects.visible_to(acting(world.assessor)).filter(pk=waiting.pk).exists()
    assert not Submission.objects.visible_to(acting(world.assessor)).for_assessor(acting(world.assessor)).exists()


def test_an_assessor_in_conflict_signs_nothing_off(world: World):
    world.judged({"K1": "met"})
    quality.conflict(world)
    with pytest.raises(NotAllowed):
        assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))


def test_an_assessor_in_conflict_countersigns_nothing(world: World):
    from tests.access.rules import to_countersign

    waiting = to_countersign(world)["submission_id"]
    decisions = list(Submission.objects.get(pk=waiting).claims.values_list("decisions", flat=True))
    quality.conflict(world)
    with pytest.raises(NotAllowed):
        assessing.countersign(waiting, acting(world.assessor), decisions)


def test_a_finished_review_comes_back_when_a_conflict_is_declared(world: World):
    world.finish(world.submitted("K1"), {"K1": "met"})
    quality.conflict(world, by=acting(world.assessor))
    with clock.at(clock.now() + timedelta(minutes=11)):
        assessing.send_if_due(ReviewDraft.objects.get().pk)
    assert Submission.objects.get().finished_at is None
    assert "conflict of interest" in ReviewDraft.objects.get().not_sent_because


def test_a_quality_assurer_in_conflict_neither_samples_nor_checks(world: World):
    of = quality.sample(world)
    other = world.judged({"K2": "met"}, title="Another").claims.get().decisions.get()
    nothing = quality.plan(world, Rates(0, 0, 0, 0))
    quality.conflict(world, world.iqa)
    assert not Sample.objects.visible_to(acting(world.iqa)).waiting().for_checking_by(acting(world.iqa)).exists()
    with pytest.raises(NotAllowed):
        quality.agree(world, of)
    with pytest.raises(NotAllowed):
        assessing.add_to_sample(nothing.pk, other.pk, acting(world.iqa), "Her first one.")


def test_a_quality_assurer_in_conflict_decides_no_appeal(world: World):
    appeal = quality.appeal(world)
    quality.conflict(world, world.iqa)
    with pytest.raises(NotAllowed):
        assessing.decide_appeal(appeal.pk, acting(world.iqa), "upheld", "It is there.")


def test_a_conflict_holds_from_its_first_day_until_it_ends(world: World):
    waiting = world.submitted("K1")
    tomorrow = clock.today() + timedelta(days=1)
    quality.conflict(world, starts_on=tomorrow, ends_on=tomorrow + timedelta(days=1))
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(NotAllowed):
        assessing.start_review(waiting.pk, acting(world.assessor))
    with clock.at(clock.now() + timedelta(days=2)):
        assert assessing.start_review(waiting.pk, acting(world.assessor))


def test_a_conflict_that_was_ended_with_a_reason_holds_no_longer(world: World):
    waiting = world.submitted("K1")
    made = quality.conflict(world)
    with pytest.raises(Incomplete):
        enrolling.end_conflict(made.pk, acting(world.iqa), " ")
    enrolling.end_conflict(made.pk, acting(world.iqa), "They moved away.")
    enrolling.end_conflict(made.pk, acting(world.iqa), "They moved away.")
    assert ConflictEnding.objects.count() == 1
    with pytest.raises(OutOfTurn):
        enrolling.end_conflict(made.pk, acting(world.admin), "It was never so.")
    assert assessing.start_review(waiting.pk, acting(world.assessor))


def test_nobody_ends_their_own_conflict_or_records_those_of_others(world: World):
    own = quality.conflict(world, world.iqa, by=acting(world.iqa))
    with pytest.raises(NotAllowed):
        enrolling.end_conflict(own.pk, acting(world.iqa), "It is nothing.")
    for who in (world.assessor, world.apprentice, world.viewer, world.other_admin):
        with pytest.raises(NotAllowed):
            quality.conflict(world, world.second_assessor, by=acting(who))


def test_a_conflict_is_with_the_apprentice_in_every_apprenticeship_there(world: World):
    again = enrolling.enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        apprentice=world.apprentice,
        employer=None,
        started_on=clock.today() - timedelta(days=9),
        planned_end_on=clock.today() + timedelta(days=400),
        by=acting(world.admin),
        beside=[world.apprenticeship.pk],
    )
    enrolling.assign(again.pk, acting(world.admin), assessor=world.assessor, reason="They take over.")
    waiting = world.submitted("K1", apprenticeship=again)
    quality.conflict(world)
    with pytest.raises(NotAllowed):
        assessing.start_review(waiting.pk, acting(world.assessor))


def test_recording_the_same_conflict_twice_makes_one(world: World):
    assert quality.conflict(world) == quality.conflict(world)


def test_admins_are_told_where_an_assignment_and_a_conflict_stand_against_each_other(world: World):
    quality.conflict(world, world.second_assessor)
    assert "conflict" not in told(world.admin)
    assert not conflicts_at(world.provider).assigned
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="As agreed.")
    assert told(world.admin) == ["conflict"]
    assert conflicts_at(world.provider).assigned == [
        (world.second_assessor.name, world.apprentice.name, world.apprenticeship.pk)
    ]


def test_admins_are_told_when_an_assigned_assessor_declares_a_conflict_without_its_text(world: World):
    assert told(world.admin) == []
    quality.conflict(world, by=acting(world.assessor))
    assert told(world.admin) == ["conflict"]
    (message,) = digest(world.admin)
    assert "The assessor of Apprentice has a conflict of interest with them." in message.body
    assert "neighbours" not in message.body


def test_the_apprentice_reads_no_conflicts_and_an_assessor_their_own(world: World):
    quality.conflict(world)
    quality.conflict(world, world.second_assessor)
    seen = {
        who: ConflictOfInterest.objects.visible_to(acting(world.people[who])).count()
        for who in ("apprentice", "assessor", "second_assessor", "iqa", "mentor", "other_admin")
    }
    assert seen == {"apprentice": 0, "assessor": 1, "second_assessor": 1, "iqa": 2, "mentor": 0, "other_admin": 0}


def test_an_assessor_declares_a_conflict_on_the_learners_page_and_a_quality_assurer_ends_it(client, world: World):
    client.force_login(world.assessor)
    new = reverse("pages:conflict-new", args=[world.apprenticeship.pk])
    assert new in client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()
    given = {
        "person": str(world.assessor.pk),
        "kind": "",
        "starts_on": "2026-03-01",
        "ends_on": "",
        "reason": "Her aunt",
    }
    refused = client.post(new, given)
    assert refused.status_code == 422
    assert "Choose what kind of conflict it is." in refused.content.decode()
    assert "Her aunt" in refused.content.decode()
    shown = client.post(new, given | {"kind": "family"}, follow=True).content.decode()
    assert "since 1 March 2026" in shown
    client.force_login(world.iqa)
    end = reverse("pages:conflict-end", args=[ConflictOfInterest.objects.get().pk])
    assert end in client.get(reverse("pages:conflicts")).content.decode()
    shown = client.post(end, {"reason": "She left the family."}, follow=True).content.decode()
    assert "She left the family." in shown
    assert "(no longer)" in shown
