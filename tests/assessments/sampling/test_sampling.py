"""Sampling plans: what is drawn follows from the seed and the pool, and anybody can draw again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from assessments import workflow as assessing
from assessments.feedback import Feedback
from assessments.models import Sample, SamplingPlan
from assessments.sampling.drawing import Drawable, draw
from assessments.sampling.pool import candidates_of, lines_of
from assessments.workflow import Rates
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from tests.assessments.quality import agree, conflict, plan, pool_of
from tests.world import World, acting

pytestmark = pytest.mark.django_db
NONE = Rates(0, 0, 0, 0)
LINE = UUID(int=7)


def drawable(number: int, **given: object) -> Drawable:
    traits = dict.fromkeys(("candidates", "assessors", "methods", "elements", "records", "sites"), "same")
    traits |= given.pop("traits", {})  # type: ignore[arg-type]
    told = {"line": LINE, "percent": 10, "is_near_gateway": False, "was_sampled": False, "has_conflict": False} | given
    return Drawable(UUID(int=number), traits=traits, **told)  # type: ignore[arg-type]


def drawn(pool: list[Drawable], *factors: str, seed: str = "a seed", gateway: int = 0) -> dict[UUID, str]:
    return {
        key: why
        for key, why in draw(seed, pool, gateway, factors).items()
        if why not in ("not_drawn", "sampled_before")
    }


def test_the_same_seed_and_pool_draw_the_same_in_any_order():
    pool = [drawable(number) for number in range(1, 101)]
    assert drawn(pool) == drawn(pool[::-1])
    assert drawn(pool) != drawn(pool, seed="another")


@pytest.mark.parametrize(("number", "percent", "expected"), [(100, 10, 10), (11, 10, 2), (1, 1, 1), (5, 0, 0)])
def test_a_share_is_rounded_up(number, percent, expected):
    pool = [drawable(one, percent=percent) for one in range(number)]
    assert len(drawn(pool)) == expected


def test_of_each_apprentice_near_the_gateway_a_share_is_drawn():
    pool = [
        drawable(one, percent=0, is_near_gateway=True, traits={"candidates": whose})
        for one, whose in enumerate(["a", "a", "b", "b"])
    ]
    assert sorted(drawn(pool, gateway=50).values()) == ["gateway", "gateway"]


@pytest.mark.parametrize("factor", ["candidates", "assessors", "methods", "elements", "records", "sites"])
def test_each_value_of_a_factor_is_drawn_once(factor):
    pool = [drawable(one, percent=0, traits={factor: str(one % 3)}) for one in range(12)]
    assert list(drawn(pool, factor).values()) == [factor] * 3
    assert drawn(pool) == {}


def test_what_another_plan_drew_is_not_drawn_again(world: World):
    world.judged({"K1": "met"})
    first = plan(world)
    second = plan(world)
    assert first.samples.unscoped().count() == 1
    assert second.samples.unscoped().count() == 0
    assert [one.why for one in pool_of(second)] == ["sampled_before"]


def test_what_whoever_plans_has_a_conflict_with_is_not_drawn_and_the_page_says_why(client, world: World):
    world.judged({"K1": "met"})
    conflict(world, world.iqa)
    made = plan(world)
    assert not made.samples.unscoped().exists()
    assert [one.why for one in pool_of(made)] == ["conflict"]
    assert not list(verify())
    address = reverse("pages:sampling-plan", args=[made.pk])
    add = reverse("pages:sample-add", args=[made.pk, made.pool.unscoped().get().decision_id])
    client.force_login(world.iqa)
    page = client.get(address, {"show": "left"}).content.decode()
    assert "Whoever planned this has a conflict of interest" in page
    assert add not in page
    colleague = world.second_assessor
    Membership.objects.filter(user=colleague).update(role="iqa")
    client.force_login(colleague)
    assert add in client.get(address, {"show": "left"}).content.decode()
    assert plan(world, by=colleague).samples.unscoped().count() == 1


def test_a_plan_keeps_what_was_not_drawn_and_why(world: World):
    world.judged({"K1": "met", "K2": "met"})
    made = plan(world, NONE)
    assert [one.why for one in pool_of(made)] == ["not_drawn"] * 2


def test_only_decisions_that_stand_of_these_days_and_this_provider_are_in_the_pool(world: World):
    with clock.at(clock.now() - timedelta(days=29)):
        world.judged({"K1": "met"}, title="Long ago")
    wrong = world.judged({"K2": "not_yet", "S1": "not_judged"}).claims.get(ksb__code="K2").decisions.get()
    right = assessing.correct_decision(wrong.pk, acting(world.assessor), "met", Feedback(), "I misread it.")
    made = plan(world, from_on=clock.today() - timedelta(days=2))
    assert [one.decision_id for one in pool_of(made)] == [right.pk]


def test_a_new_assessor_is_a_high_risk_and_one_whose_decisions_were_corrected_a_medium_one(world: World):
    def line():
        today = clock.today()
        [found] = lines_of(
            world.provider.pk, candidates_of(world.provider.pk, today - timedelta(days=30), today), today
        )
        return found.rated, [str(reason) for reason in found.reasons]

    wrong = world.judged({"K2": "not_yet"}).claims.get().decisions.get()
    assert line() == ("medium", ["new_standard"])
    assessing.correct_decision(wrong.pk, acting(world.assessor), "met", Feedback(), "I misread it.")
    assert line() == ("high", ["new_standard", "referrals"])
    Membership.objects.filter(user=world.assessor).update(started_on=clock.today() - timedelta(days=9))
    assert line() == ("high", ["new_assessor", "referrals"])


def test_a_risk_is_lowered_for_a_reason_only(world: World):
    world.judged({"K1": "met"})
    chosen = {(world.assessor.pk, world.version.standard_id): ("low", "evidence")}
    with pytest.raises(Incomplete) as refusal:
        plan(world, Rates(low_percent=0, gateway_percent=0), chosen=chosen)
    assert refusal.value.field == "note"
    made = plan(world, Rates(low_percent=0, gateway_percent=0), chosen=chosen, note="She knows it well.")
    assert not made.samples.unscoped().exists()
    assert made.lines.get().percent == 0


@pytest.mark.parametrize("who", ["assessor", "admin", "viewer", "apprentice", "other_admin", "mentor"])
def test_nobody_but_a_quality_assurer_plans_adds_or_gives_up(world: World, who):
    world.judged({"K1": "met"})
    made = plan(world, NONE)
    decision = made.pool.unscoped().get().decision_id
    by = acting(world.people[who])
    with pytest.raises(NotAllowed):
        plan(world, by=world.people[who])
    with pytest.raises(NotAllowed):
        assessing.add_to_sample(made.pk, decision, by, "I want to.")
    with pytest.raises(NotAllowed):
        assessing.withdraw_plan(made.pk, by, "I want to.")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from_on": clock.today(), "until_on": clock.today() - timedelta(days=1)}, "until_on"),
        ({"until_on": clock.today() + timedelta(days=1)}, "until_on"),
        ({"rates": Rates(high_percent=101)}, "high_percent"),
        ({"factors": ["weather"]}, "factors"),
        ({}, "from_on"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_by_its_field(world: World, given, field):
    with pytest.raises(Incomplete) as refusal:
        plan(world, **given)
    assert refusal.value.field == field


def test_a_form_sent_twice_draws_once(world: World):
    world.judged({"K1": "met"})
    token = uuid4()
    assert plan(world, plan_id=token) == plan(world, plan_id=token)
    assert SamplingPlan.objects.count() == Sample.objects.count() == 1
    other = acting(world.second_assessor)
    Membership.objects.filter(user=world.second_assessor).update(role="iqa")
    with pytest.raises(TokenTaken):
        plan(world, plan_id=token, by=other)


def test_a_decision_is_added_by_hand_for_a_reason_and_once(world: World):
    world.judged({"K1": "met"})
    made = plan(world, NONE)
    decision = made.pool.unscoped().get().decision_id
    with pytest.raises(Incomplete):
        assessing.add_to_sample(made.pk, decision, acting(world.iqa), " ")
    added = assessing.add_to_sample(made.pk, decision, acting(world.iqa), "Her first one.")
    assert assessing.add_to_sample(made.pk, decision, acting(world.iqa), "Her first one.") == added
    assert (added.reason, added.added_by) == ("Her first one.", world.iqa)


def test_a_plan_that_is_given_up_frees_what_nobody_checked_and_keeps_what_was(world: World):
    world.judged({"K1": "met", "K2": "met"})
    made = plan(world)
    agree(world, made.samples.unscoped().first())
    with pytest.raises(Incomplete):
        assessing.withdraw_plan(made.pk, acting(world.iqa), "")
    assessing.withdraw_plan(made.pk, acting(world.iqa), "Wrong days.")
    assert assessing.withdraw_plan(made.pk, acting(world.iqa), "Wrong days.")
    assert world.apprenticeship.progress.filter(quality_assured_at__isnull=False).count() == 1
    assert not Sample.objects.waiting().exists()
    assert plan(world).samples.unscoped().count() == 2
    with pytest.raises(OutOfTurn):
        assessing.withdraw_plan(made.pk, acting(world.iqa), "Other words.")


def test_a_draw_that_is_not_what_its_seed_draws_is_found(world: World):
    world.judged({"K1": "met", "K2": "met", "S1": "met", "S2": "met"})
    made = plan(world, Rates(25, 25, 25, 0))
    assert not list(verify())
    held = SamplingPlan.objects.get(pk=made.pk)
    assert held.contradiction() is None
    seeds = (f"seed {number}" for number in range(50))
    pool = [one.drawable() for one in pool_of(made)]
    held.seed = next(seed for seed in seeds if draw(seed, pool, 0, ()) != draw(made.seed, pool, 0, ()))
    assert held.contradiction() == "what was drawn is not what its seed draws"
