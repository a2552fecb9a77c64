"""Rules of who may judge which standard, and of what assessors in training decide."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from apprenticeships.models import Competence, KsbProgress
from apprenticeships.workflow import assign, record_competence, undo_competence
from assessments import access, workflow
from assessments.feedback import Feedback
from assessments.models import Countersignature, Decision, SignOff
from assessments.policies.rules import Rule
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.assessments.policies.test_sign_off_rule_pages import text
from tests.assessments.signing_off.test_sign_off import in_parallel
from tests.world import acting, claim_words, make_world

DAY = timedelta(days=1)


def record(world, who, level="competent", **given):
    said = {"starts_on": clock.today(), "reason": "As agreed.", **given}
    return record_competence(
        world.provider.pk,
        acting(world.admin),
        person_id=who.pk,
        standard_id=world.version.standard_id,
        level=level,
        **said,
    )


def with_trainee(world):
    """The assessor is in training; the second one is competent, and stands in."""
    record(world, world.assessor, "training")
    record(world, world.second_assessor)
    assign(world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor)
    return world


@pytest.fixture
def trained(world):
    return with_trainee(world)


def state_of(world, code="K1"):
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code).state


def countersign(world, submission, who=None):
    waiting = Decision.objects.unscoped().to_countersign().filter(claim__submission=submission)
    return workflow.countersign(submission.pk, acting(who or world.second_assessor), [one.pk for one in waiting])


def coverage_is_true():
    call_command("rebuild_coverage", "--check", stdout=StringIO())
    return True


def may_judge(world):
    return access.can_decide(acting(world.assessor), world.submitted("S1", title="Another"))


def test_where_nothing_is_recorded_every_assessor_judges(world):
    assert may_judge(world)
    assert access.can_sign_off(acting(world.assessor), world.apprenticeship)


def test_once_something_is_recorded_only_who_is_recorded_judges_the_standard(world):
    record(world, world.second_assessor)
    assert not may_judge(world)
    assert not access.can_sign_off(acting(world.assessor), world.apprenticeship)
    record(world, world.assessor)
    assert may_judge(world)


def test_whoever_may_not_judge_a_standard_still_sees_their_learner(client, world):
    record(world, world.second_assessor)
    waiting = world.submitted("K1")
    client.force_login(world.assessor)
    assert client.get(reverse("pages:evidence", args=[waiting.evidence_id])).status_code == 200
    assert "Advert for a driver" not in text(client.get(reverse("pages:queue")))


def test_competence_holds_from_its_first_day_until_its_last(world):
    record(world, world.second_assessor)
    record(world, world.assessor, starts_on=clock.today() + DAY, ends_on=clock.today() + 3 * DAY)
    found = []
    for days in range(4):
        with clock.at(clock.now() + days * DAY):
            found.append(access.can_sign_off(acting(world.assessor), world.apprenticeship))
    assert found == [False, True, True, False]


def test_what_begins_later_changes_nothing_today(world):
    record(world, world.second_assessor, starts_on=clock.today() + DAY)
    assert may_judge(world)


def test_undoing_what_was_recorded_leaves_it_as_if_it_had_not_been(world):
    made = record(world, world.second_assessor)
    undo = undo_competence(made.pk, acting(world.admin), "The wrong person.")
    assert undo_competence(made.pk, acting(world.admin), "The wrong person.") == undo
    assert may_judge(world)
    assert Competence.objects.unscoped().count() == 2
    with pytest.raises(OutOfTurn):
        undo_competence(undo.pk, acting(world.admin), "It was right.")


@pytest.mark.parametrize("who", ["assessor", "iqa", "viewer", "other_admin"])
def test_only_admins_record_and_undo(world, who):
    made = record(world, world.assessor)
    with pytest.raises(NotAllowed):
        record_competence(
            world.provider.pk,
            acting(world.people[who]),
            person_id=world.assessor.pk,
            standard_id=world.version.standard_id,
            level="none",
            starts_on=clock.today(),
            reason="Because.",
        )
    with pytest.raises(NotAllowed):
        undo_competence(made.pk, acting(world.people[who]), "Because.")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"level": "fluent"}, "level"),
        ({"reason": " "}, "reason"),
        ({"ends_on": clock.today()}, "ends_on"),
        ({"starts_on": clock.today() - timedelta(days=9_000)}, "starts_on"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(world, wrong, field):
    with pytest.raises(Incomplete) as refused:
        record(world, world.assessor, **wrong)
    assert refused.value.field == field


def test_only_an_assessor_of_the_provider_is_recorded(world):
    with pytest.raises(Incomplete):
        record(world, world.other_assessor)


def test_a_trainees_decision_counts_once_a_competent_colleague_countersigned_it(trained):
    judged = trained.judged({"K1": "met", "S1": "not_yet"})
    assert (state_of(trained), state_of(trained, "S1")) == ("submitted", "submitted")
    assert judged.evidence.state == "submitted"
    assert coverage_is_true()
    countersign(trained, judged)
    judged.evidence.refresh_from_db()
    assert (state_of(trained), state_of(trained, "S1")) == ("met", "needs_work")
    assert judged.evidence.state == "referred"
    assert coverage_is_true()
    countersigned = [one.decision_id for one in Countersignature.objects.all()]
    assert workflow.countersign(judged.pk, acting(trained.second_assessor), countersigned) == judged
    assert Countersignature.objects.count() == 2


def test_a_trainee_signs_nothing_off(trained):
    waiting = trained.submitted("K1")
    with pytest.raises(Incomplete) as refused:
        workflow.finish_review(waiting.pk, acting(trained.assessor), {"K1": claim_words("met", signs_off=True)})
    assert (refused.value.field, refused.value.ksb) == ("sign_off", "K1")
    countersign(trained, trained.judge(waiting, {"K1": "met"}))
    with pytest.raises(NotAllowed):
        workflow.sign_off(trained.apprenticeship.pk, trained.ksb("K1").pk, acting(trained.assessor))
    workflow.sign_off(trained.apprenticeship.pk, trained.ksb("K1").pk, acting(trained.second_assessor))


@pytest.mark.parametrize("who", ["assessor", "iqa", "admin", "apprentice", "former_assessor", "other_assessor"])
def test_only_an_assigned_competent_assessor_countersigns(trained, who):
    judged = trained.judged({"K1": "met"})
    with pytest.raises(NotAllowed):
        countersign(trained, judged, trained.people[who])


def test_nobody_countersigns_what_they_decided_themselves(trained):
    judged = trained.judged({"K1": "met"})
    record(trained, trained.assessor)
    with pytest.raises(NotAllowed, match="You made one of these"):
        countersign(trained, judged, trained.assessor)


def test_a_colleagues_correction_counts_at_once_and_settles_the_piece(trained):
    judged = trained.judged({"K1": "met"})
    decision = judged.claims.get().decisions.get()
    workflow.correct_decision(
        decision.pk, acting(trained.second_assessor), "not_yet", Feedback(missing="Say why."), "It is too thin."
    )
    judged.evidence.refresh_from_db()
    assert (state_of(trained), judged.evidence.state) == ("needs_work", "referred")
    assert coverage_is_true()


def test_a_trainee_corrects_what_waits_and_not_what_counts(trained):
    judged = trained.judged({"K1": "met"})
    decision = judged.claims.get().decisions.get()
    seen = [decision.pk]
    made = workflow.correct_decision(
        decision.pk, acting(trained.assessor), "met", Feedback(meets="Well done."), "A clearer word."
    )
    with pytest.raises(OutOfTurn):
        workflow.countersign(judged.pk, acting(trained.second_assessor), seen)
    countersign(trained, judged)
    with pytest.raises(NotAllowed):
        workflow.correct_decision(made.pk, acting(trained.assessor), "not_yet", Feedback(missing="No."), "Read again.")
    assert state_of(trained) == "met"


def test_the_countersigner_signs_off_where_the_last_met_claim_does(trained):
    workflow.set_sign_off_policy(
        trained.provider.pk, acting(trained.admin), Rule(signs_off_itself=True), reason="As agreed."
    )
    judged = trained.judged({"K1": "met"})
    assert not SignOff.objects.exists()
    countersign(trained, judged)
    assert SignOff.objects.get().by == trained.second_assessor


def test_the_colleague_finds_what_waits_and_makes_it_count(client, trained):
    judged = trained.judged({"K1": "met"})
    client.force_login(trained.second_assessor)
    assert "Advert for a driver" in text(client.get(reverse("pages:countersignings")))
    address = reverse("pages:countersign", args=[judged.pk])
    assert "Countersign these decisions" in text(client.get(address))
    assert "Met, to be countersigned" in text(client.get(reverse("pages:review", args=[judged.pk])))
    decisions = [str(one.pk) for one in Decision.objects.unscoped().all()]
    assert client.post(address, {"decision": ["no id"]}).status_code == 409
    client.post(address, {"decision": decisions})
    assert state_of(trained) == "met"
    said = text(client.get(reverse("pages:ksb", args=[trained.apprenticeship.pk, "K1"])))
    assert "Second Assessor countersigned the decision on “Advert for a driver”." in said


@pytest.mark.parametrize("who", ["apprentice", "assessor", "second_assessor"])
def test_a_piece_that_waits_for_a_countersignature_can_be_looked_at(client, trained, who):
    judged = trained.judged({"K1": "met"})
    client.force_login(trained.people[who])
    said = text(client.get(reverse("pages:evidence", args=[judged.evidence_id])))
    assert "to be countersigned" in said


def test_admins_record_competence_and_undo_it_on_their_page(client, world):
    client.force_login(world.admin)
    address = reverse("pages:competences")
    assert "Nothing applies yet, so every assessor can review" in text(client.get(address))
    given = {
        "person": str(world.assessor.pk),
        "standard": str(world.version.standard_id),
        "level": "training",
        "starts_on": clock.today().isoformat(),
        "reason": "New here.",
    }
    assert client.post(address, given | {"reason": ""}).status_code == 422
    client.post(address, given)
    assert "In training, from" in text(client.get(address))
    made = Competence.objects.unscoped().get()
    client.post(reverse("pages:competence-undo", args=[made.pk]), {"reason": "The wrong person."})
    said = text(client.get(address))
    assert "Nothing applies yet" in said
    assert "Undone: The wrong person." in said


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_countersigning_while_the_trainee_corrects_never_countersigns_what_nobody_saw():
    world = with_trainee(make_world())
    judged = world.judged({"K1": "met"})
    decision = judged.claims.get().decisions.get()
    acts = iter(
        [
            lambda: workflow.countersign(judged.pk, acting(world.second_assessor), [decision.pk]),
            lambda: workflow.correct_decision(
                decision.pk, acting(world.assessor), "not_yet", Feedback(missing="Why?"), "Too thin."
            ),
        ]
    )
    in_parallel(2, lambda: next(acts)())
    assert not Countersignature.objects.exclude(decision=decision).exists()
    assert state_of(world) == ("met" if Countersignature.objects.exists() else "submitted")
    assert coverage_is_true()
