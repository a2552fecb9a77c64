"""Results of the outcomes of a reformed plan: marking, second marks, sampling, release, corrections and re-sits."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from assessments.models import OutcomeResult, Sample
from assessments.results.standing import all_results, by_outcome
from assessments.results.states import ResultState
from assessments.workflow import Found, check_decision
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from occupations.models import Assessment
from tests.assessments import quality
from tests.assessments.results import marking as results
from tests.assessments.results.marking import correct, mark, mark_again, outcome, release, released, state
from tests.world import acting, grant, later_version, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_result_goes_from_marked_to_standardised_to_released(world):
    made = mark(world)
    assert (made.attempt, made.marker, state(made)) == (1, world.assessor, ResultState.MARKED)
    mark_again(world, made)
    assert state(made) == ResultState.STANDARDISED
    release(world, made)
    assert state(made) == ResultState.RELEASED
    actions = Entry.objects.filter(action__startswith="outcome.").order_by("sequence")
    assert [one.action for one in actions] == ["outcome.marked", "outcome.marked_again", "outcome.released"]
    # Whoever reads the record of the learner does not learn the grade before it is released.
    assert "pass" not in str([one.data for one in actions])
    assert not list(verify())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"assessed_on": clock.today() + DAY}, "assessed_on"),
        ({"assessed_on": clock.today() - 900 * DAY}, "assessed_on"),
        ({"grade": "credit"}, "grade"),
        ({"feedback": " "}, "feedback"),
        ({"feedback": "x" * 5_001}, "feedback"),
        ({"rests_on": ""}, "pieces"),
        ({"pieces": frozenset({uuid4()})}, "pieces"),
    ],
)
def test_a_result_says_when_why_and_on_what(world, given, field):
    with pytest.raises(Incomplete) as refused:
        mark(world, **given)
    assert refused.value.field == field
    assert not OutcomeResult.objects.exists()


def test_a_result_rests_on_reviewed_evidence_of_the_apprentice(world):
    judged = world.judged({"K1": "met"})
    waiting = world.submitted("K2")
    for piece in (waiting, world.submitted("K1", apprenticeship=world.second)):
        with pytest.raises(Incomplete, match="Choose evidence of this apprentice"):
            mark(world, pieces=frozenset({judged.pk, piece.pk}))
    made = mark(world, pieces=frozenset({judged.pk}), rests_on="")
    assert list(made.pieces.unscoped()) == [judged]


@pytest.mark.parametrize(
    "who", ["apprentice", "second_assessor", "iqa", "admin", "mentor", "former_assessor", "other_assessor", "stranger"]
)
def test_only_an_assessor_of_the_apprentice_marks(world, who):
    with pytest.raises(NotAllowed):
        mark(world, by=world.people[who])


def test_an_assessor_in_training_or_in_conflict_marks_nothing(world):
    from apprenticeships import workflow as enrolling

    record = {"starts_on": clock.today(), "reason": "As agreed.", "standard_id": world.version.standard_id}
    enrolling.record_competence(
        world.provider.pk, acting(world.admin), person_id=world.assessor.pk, level="training", **record
    )
    with pytest.raises(NotAllowed):
        mark(world)
    enrolling.record_competence(
        world.provider.pk, acting(world.admin), person_id=world.assessor.pk, level="competent", **record
    )
    quality.conflict(world)
    with pytest.raises(NotAllowed):
        mark(world)


def test_pressing_again_changes_nothing(world):
    token = uuid4()
    first = mark(world, result_id=token)
    assert mark(world, result_id=token) == first
    with pytest.raises(TokenTaken):
        results.workflow.mark_outcome(
            world.second.pk,
            outcome(world).pk,
            acting(world.second_assessor),
            results.marking(),
            result_id=token,
        )
    again = {"mark_id": uuid4()}
    assert mark_again(world, first, **again) == mark_again(world, first, **again)
    assert release(world, first) == release(world, first)
    with pytest.raises(OutOfTurn, match="Admin released this"):
        release(world, first, by=world.iqa)
    assert correct(world, first) == correct(world, first)
    with pytest.raises(OutOfTurn, match="corrected this"):
        correct(world, first, grade="fail")


def test_nobody_marks_again_or_releases_what_they_marked(world):
    grant(world.assessor, world.provider, Role.IQA)
    grant(world.apprentice, world.provider, Role.IQA)
    made = mark(world)
    here = acting(world.assessor)
    own = acting(world.apprentice).__class__(world.apprentice.pk, world.provider.pk)
    for by in (here, own):
        with pytest.raises(NotAllowed):
            mark_again(world, made, by=by)
    mark_again(world, made)
    for by in (here, own, world.second_assessor, world.mentor, world.other_admin):
        with pytest.raises(NotAllowed):
            release(world, made, by=by)
    quality.conflict(world, world.iqa)
    with pytest.raises(NotAllowed):
        release(world, made, by=world.iqa)
    release(world, made)


def test_whoever_marked_before_a_correction_has_a_part_in_it(world):
    from apprenticeships import workflow as enrolling

    first = mark(world)
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor, cover_until=clock.today() + 9 * DAY
    )
    second = correct(world, first, by=world.second_assessor)
    with pytest.raises(NotAllowed):
        mark_again(world, second, by=world.assessor)
    mark_again(world, second, by=world.iqa)
    assert state(second) == ResultState.STANDARDISED


def test_a_second_mark_that_differs_is_settled_before_release(world):
    made = mark(world)
    with pytest.raises(OutOfTurn, match="no second mark"):
        release(world, made)
    with pytest.raises(Incomplete, match="Say why"):
        mark_again(world, made, grade="fail")
    mark_again(world, made, grade="fail", words="Two answers are wrong.")
    assert state(made) == ResultState.DISAGREED
    with pytest.raises(OutOfTurn, match="another grade"):
        release(world, made)
    lower = correct(world, made, grade="fail")
    assert (state(made), state(lower)) == (ResultState.SUPERSEDED, ResultState.MARKED)
    with pytest.raises(OutOfTurn, match="corrected or released"):
        mark_again(world, made)
    # A correction is marked again, too.
    with pytest.raises(OutOfTurn, match="no second mark"):
        release(world, lower)


def test_a_standardisation_can_agree_the_grade(world):
    made = mark(world)
    record = quality.standardised(world)
    with pytest.raises(Incomplete, match="standardisation of this standard"):
        mark_again(world, made, record_id=uuid4())
    mark_again(world, made, record_id=record.pk)
    assert state(made) == ResultState.STANDARDISED


def test_a_resit_follows_a_fail_that_was_released(world):
    first = mark(world, grade="fail")
    with pytest.raises(OutOfTurn, match="not released yet"):
        mark(world)
    mark_again(world, first)
    release(world, first)
    with pytest.raises(Incomplete, match="The last attempt was on"):
        mark(world, assessed_on=first.assessed_on - DAY)
    second = mark(world)
    assert second.attempt == 2
    with pytest.raises(OutOfTurn, match="later attempt"):
        correct(world, first)
    mark_again(world, second)
    release(world, second)
    with pytest.raises(OutOfTurn, match="was not a fail"):
        mark(world)


def test_the_apprentice_and_the_employer_see_what_was_released(world):
    def seen(who):
        return list(OutcomeResult.objects.visible_to(acting(who)))

    made = mark(world)
    staff = ["assessor", "iqa", "admin", "viewer"]
    assert [who for who in staff if not seen(world.people[who])] == []
    told = ["apprentice", "mentor"]
    nobody = ["second_assessor", "second_apprentice", "other_admin", "former_assessor", "stranger", "keeper"]
    assert [who for who in told + nobody if seen(world.people[who])] == []
    grant(world.apprentice, world.provider, Role.PROVIDER_ADMIN)
    as_admin = acting(world.apprentice).__class__(world.apprentice.pk, world.provider.pk)
    assert seen(as_admin) == []
    mark_again(world, made)
    release(world, made)
    assert [who for who in told if seen(world.people[who]) != [made]] == []
    assert [who for who in nobody if seen(world.people[who])] == []
    # The correction of what was released is seen once it is released itself; until then the first stays.
    second = correct(world, made)
    assert seen(world.apprentice) == [made]
    mark_again(world, second)
    release(world, second)
    assert set(seen(world.apprentice)) == {made, second}


def test_a_plan_draws_results_with_decisions_and_an_action_sends_one_back(world):
    made = mark(world)
    mark_again(world, made, by=person("second_iqa", (world.provider, Role.IQA)))
    world.judged({"K1": "met"})
    plan = quality.plan(world)
    sample = Sample.objects.get(result=made)
    decided = Sample.objects.get(result=None).decision_id
    assert {one.drawn for one in quality.pool_of(plan)} == {made.pk, decided}
    with pytest.raises(OutOfTurn, match="not checked it yet"):
        release(world, made)
    finding = quality.act_on(world, sample)
    assert state(made) == ResultState.SENT_BACK
    with pytest.raises(OutOfTurn, match="sent this result back"):
        release(world, made)
    better = correct(world, made)
    mark_again(world, better, by=person("third_iqa", (world.provider, Role.IQA)))
    # The action is about the attempt, and stays open until it is closed.
    assert state(better) == ResultState.SENT_BACK
    quality.note(world, finding, "closed")
    assert state(better) == ResultState.STANDARDISED
    release(world, better)
    assert not list(verify())


def test_an_agreed_result_can_be_released(world):
    made = mark(world)
    mark_again(world, made, by=person("second_iqa", (world.provider, Role.IQA)))
    quality.plan(world)
    quality.agree(world, Sample.objects.get())
    release(world, made)
    # It reopens no KSB, and is drawn by no other plan.
    assert quality.pool_of(quality.plan(world))[0].why == "sampled_before"


def test_whoever_marked_again_does_not_check(world):
    made = mark(world)
    mark_again(world, made)
    quality.plan(world)
    with pytest.raises(NotAllowed):
        check_decision(Sample.objects.get().pk, acting(world.iqa), Found("agreed"), finding_id=uuid4())


def test_a_result_is_added_to_a_sample_by_hand(world):
    from assessments.workflow import Rates, add_to_sample

    made = mark(world)
    plan = quality.plan(world, Rates(0, 0, 0, 0))
    assert not Sample.objects.exists()
    sample = add_to_sample(plan.pk, made.pk, acting(world.iqa), "A new marker.")
    assert (sample.result, sample.assessor, sample.apprenticeship) == (made, world.assessor, world.apprenticeship)
    assert add_to_sample(plan.pk, made.pk, acting(world.iqa), "A new marker.") == sample
    assert not list(verify())


def test_results_stay_with_an_outcome_of_the_same_name_in_another_version(world):
    made = released(world)
    later = later_version(world.version, {"K1": "Statement of K1"})
    for place, title in enumerate((made.outcome.title, "Another"), start=1):
        Assessment.objects.create(version=later, position=place, kind="outcome", code="AO1", title=title)
    world.apprenticeship.standard_version = later
    found = by_outcome(world.apprenticeship, all_results(world.apprenticeship))
    assert [(one.outcome.title, len(one.marked), one.is_of_today) for one in found] == [
        (made.outcome.title, 1, True),
        ("Another", 0, True),
    ]


def test_nothing_is_marked_once_the_training_has_ended(world):
    made = mark(world)
    world.withdrawn()
    with pytest.raises(OutOfTurn):
        mark(world, apprenticeship=world.apprenticeship)
    with pytest.raises(OutOfTurn):
        correct(world, made)


def test_the_database_keeps_one_first_result_for_each_attempt(world):
    made = mark(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeResult.objects.create(
            apprenticeship=world.apprenticeship,
            provider=world.provider,
            outcome=made.outcome,
            attempt=1,
            assessed_on=clock.today(),
            grade="pass",
            feedback="Twice.",
            marker=world.assessor,
        )
