"""Rules of what it takes for a KSB to be met and signed off, and of changing that."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from apprenticeships.models import KsbProgress
from assessments import workflow
from assessments.models import SignOff, SignOffPolicy
from assessments.policies.preview import preview_of
from assessments.policies.rules import MetClaim, Rule
from assessments.workflow import set_sign_off_policy, undo_sign_off_policy
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.assessments.signing_off.test_sign_off import in_parallel
from tests.signing.people import ask_employer, sign, token_for
from tests.world import acting, make_world

TWO = Rule(met_claims=2, pieces=2)
DAY = timedelta(days=1)


def state_of(world, code="K1"):
    return KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code=code).state


def set_rule(world, rule=TWO, **given):
    return set_sign_off_policy(world.provider.pk, acting(world.admin), rule, **{"reason": "As agreed.", **given})


def sign_off(world, code="K1"):
    return workflow.sign_off(world.apprenticeship.pk, world.ksb(code).pk, acting(world.assessor))


def coverage_is_true():
    call_command("rebuild_coverage", "--check", stdout=StringIO())
    return True


def test_a_ksb_is_met_once_the_rule_has_its_claims(world):
    set_rule(world)
    world.judged({"K1": "met"})
    assert state_of(world) == "in_progress"
    with pytest.raises(Incomplete, match="K1 still needs one more met claim, from another piece of evidence"):
        sign_off(world)
    world.judged({"K1": "met"}, title="Another")
    assert state_of(world) == "met"
    assert sign_off(world).grounds.count() == 2
    assert coverage_is_true()


def test_nothing_that_was_met_falls_back_when_a_rule_begins(world):
    world.judged({"K1": "met", "S1": "met"})
    set_rule(world)
    assert state_of(world) == "met"
    assert coverage_is_true()
    world.judged({"K2": "met"}, title="Under the new rule")
    assert state_of(world, "K2") == "in_progress"
    world.judged({"S1": "met"}, title="Once more")
    assert state_of(world, "S1") == "met"
    sign_off(world)
    assert coverage_is_true()


def test_a_rule_for_a_later_day_counts_from_that_day(world):
    set_rule(world, from_day=clock.today() + DAY)
    world.judged({"K1": "met"})
    assert state_of(world) == "met"
    with clock.at(clock.now() + DAY):
        world.judged({"K2": "met"}, title="A day later")
        assert state_of(world, "K2") == "in_progress"
        assert coverage_is_true()
    assert coverage_is_true()


def test_what_a_milder_rule_finds_enough_can_be_signed_off(world):
    set_rule(world)
    world.judged({"K1": "met"})
    set_rule(world, Rule())
    assert state_of(world) == "in_progress"
    sign_off(world)
    assert state_of(world) == "signed_off"


def test_only_the_kinds_of_evidence_that_count_are_counted(world):
    set_rule(world, Rule(counted_kinds=frozenset({"observation"})))
    world.judged({"K1": "met"})
    assert state_of(world) == "in_progress"


def test_the_narrower_rule_comes_first(world):
    set_rule(world, Rule(met_claims=3))
    set_rule(world, Rule(), ksb_group="skills")
    set_rule(world, TWO, ksb_group="knowledge", standard_id=world.version.standard_id)
    world.judged({"K1": "met", "S1": "met"})
    world.judged({"K1": "met", "B1": "met"}, title="Another")
    assert [state_of(world, code) for code in ("K1", "S1", "B1")] == ["met", "met", "in_progress"]
    set_rule(world, None, ksb_group="knowledge", standard_id=world.version.standard_id)
    world.judged({"K2": "met"}, title="A third")
    world.judged({"K2": "met"}, title="A fourth")
    assert state_of(world, "K2") == "in_progress"


def test_the_last_met_claim_signs_off_where_the_rule_says_so(world):
    set_rule(world, replace(TWO, signs_off_itself=True))
    world.judged({"K1": "met"})
    assert not SignOff.objects.exists()
    world.judged({"K1": "met"}, title="Another")
    made = SignOff.objects.get()
    assert (state_of(world), made.by, made.grounds.count()) == ("signed_off", world.assessor, 2)
    workflow.withdraw_sign_off(made.pk, acting(world.assessor), "Too early.")
    assert state_of(world) == "met"
    assert coverage_is_true()


def test_behaviours_wait_for_the_employer_where_the_rule_says_so(world):
    set_rule(world, Rule(needs_employer=True))
    world.judged({"B1": "met", "K1": "met"})
    sign_off(world)
    with pytest.raises(Incomplete, match="B1 still needs the employer’s confirmation"):
        sign_off(world, "B1")
    sign(token_for(ask_employer(world)))
    sign_off(world, "B1")
    assert state_of(world, "B1") == "signed_off"


@pytest.mark.parametrize("who", ["assessor", "iqa", "viewer", "apprentice", "mentor", "other_admin"])
def test_only_admins_change_a_rule_and_undo_it(world, who):
    made = set_rule(world)
    with pytest.raises(NotAllowed):
        set_sign_off_policy(world.provider.pk, acting(world.people[who]), Rule(), reason="Because.")
    with pytest.raises(NotAllowed):
        undo_sign_off_policy(made.pk, acting(world.people[who]), "Because.")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rule": Rule(met_claims=0)}, "met_claims"),
        ({"rule": Rule(met_claims=1, pieces=2)}, "pieces"),
        ({"rule": Rule(met_claims=1, evidence_kinds=2)}, "evidence_kinds"),
        ({"rule": Rule(2, 2, 2, frozenset({"observation"}))}, "evidence_kinds"),
        ({"rule": Rule(counted_kinds=frozenset({"hearsay"}))}, "counted_kinds"),
        ({"rule": Rule(needs_employer=True), "ksb_group": "skills"}, "needs_employer"),
        ({"ksb_group": "moods"}, "ksb_group"),
        ({"reason": " "}, "reason"),
        ({"from_day": clock.today() - DAY}, "from_day"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(world, wrong, field):
    with pytest.raises(Incomplete) as refused:
        set_rule(world, **wrong)
    assert refused.value.field == field


def test_undoing_a_change_brings_back_what_applied_and_keeps_both(world):
    set_rule(world, Rule(met_claims=3))
    second = set_rule(world)
    made = undo_sign_off_policy(second.pk, acting(world.admin), "Not agreed.")
    assert (made.met_claims, made.undoes) == (3, second)
    assert undo_sign_off_policy(second.pk, acting(world.admin), "Not agreed.") == made
    with pytest.raises(OutOfTurn, match="changed again since"):
        undo_sign_off_policy(SignOffPolicy.objects.unscoped().get(number=1).pk, acting(world.admin), "All of it.")


def test_undoing_the_first_change_brings_back_the_usual_rule(world):
    undo_sign_off_policy(set_rule(world).pk, acting(world.admin), "Not agreed.")
    world.judged({"K1": "met"})
    assert state_of(world) == "met"


def test_setting_what_is_set_changes_nothing(world):
    first = set_rule(world)
    entries = Entry.objects.count()
    assert set_rule(world) == first
    assert Entry.objects.count() == entries


def test_a_preview_counts_what_would_differ(world):
    world.judged({"K1": "met", "S1": "met"})
    found = preview_of(world.provider.pk, TWO, standard_id=None, ksb_group="knowledge", applies_from=clock.now())
    assert (found.more_needed.ksbs, len(found.more_needed.apprentices)) == (1, 1)
    assert found.enough.ksbs == 0
    # K2 of the first apprentice, and both of the second.
    assert (found.still_open.ksbs, len(found.still_open.apprentices)) == (3, 2)


@pytest.mark.parametrize(
    ("rule", "short"),
    [
        (Rule(), (1, 1, 1)),
        (Rule(met_claims=3, pieces=2), (3, 2, 1)),
        (Rule(met_claims=3, pieces=3, evidence_kinds=2), (3, 3, 2)),
    ],
)
def test_nothing_shown_is_short_of_all(rule, short):
    assert rule.short_of([]) == short


def test_a_claim_from_the_same_piece_does_not_make_another_piece():
    one = MetClaim(clock.now(), "a", "other")
    assert TWO.short_of([one, one]) == (1, 1, 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_rule_that_changes_while_somebody_decides_counts_from_one_moment():
    world = make_world()
    waiting = world.finish(world.submitted("K1"), {"K1": "met"})
    acts = iter([lambda: set_rule(world), lambda: workflow.send_review(waiting.pk, acting(world.assessor))])
    in_parallel(2, lambda: next(acts)())
    assert state_of(world) in ("met", "in_progress")
    assert coverage_is_true()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_signing_off_while_a_sign_off_is_withdrawn_leaves_one_answer():
    world = make_world()
    made = world.signed_off("K1")
    acts = iter(
        [
            lambda: workflow.withdraw_sign_off(made.pk, acting(world.assessor), "Too early."),
            lambda: sign_off(world),
        ]
    )
    in_parallel(2, lambda: next(acts)())
    standing = SignOff.objects.filter(withdrawal=None).count()
    assert state_of(world) == ("signed_off" if standing else "met")
    assert coverage_is_true()
