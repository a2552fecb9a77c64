"""What happens to an apprenticeship: dated changes with a reason, in order, undone by another."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from apprenticeships import workflow
from apprenticeships.breaks import Break, time_of
from apprenticeships.models import Apprenticeship, Change, ChangeKind
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from tests.world import World, acting

pytestmark = pytest.mark.django_db

WHY = "As agreed with the employer."


def days_ago(days: int):
    return clock.today() - timedelta(days=days)


def now(world: World) -> Apprenticeship:
    return Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk)


def back(world: World, **given):
    told = {"act": uuid4(), "effective_on": clock.today(), "reason": WHY, "planned_end_on": now(world).planned_end_on}
    return workflow.end_break(world.apprenticeship.pk, acting(world.admin), **{**told, **given})


def planned_end(world: World, day, **given):
    told = {"act": uuid4(), "effective_on": clock.today(), "reason": WHY, "planned_end_on": day}
    return workflow.change_planned_end(world.apprenticeship.pk, acting(world.admin), **{**told, **given})


def employer(world: World, name, **given):
    told = {"act": uuid4(), "effective_on": clock.today(), "reason": WHY, "employer": name}
    return workflow.change_employer(world.apprenticeship.pk, acting(world.admin), **{**told, **given})


def result(world: World, **given):
    told = {"act": uuid4(), "effective_on": clock.today(), "reason": WHY, "is_achieved": True}
    return workflow.record_result(world.apprenticeship.pk, acting(world.admin), **{**told, **given})


def undo(world: World, change: Change, reason: str = "Recorded for the wrong person.", by=None):
    return workflow.undo_change(change.pk, acting(by or world.admin), reason)


def expected(world: World) -> float:
    return Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).with_pace().get().expected_percent


# What each does ---------------------------------------------------------------------------------------------------


def test_a_break_stops_time_and_the_return_starts_it_again(world):
    world.on_break(effective_on=days_ago(100), expected_back_on=days_ago(-10))
    assert (now(world).status, now(world).stopped_on) == ("break", days_ago(100))
    assert expected(world) == pytest.approx(100 * 100 / 400)
    back(world, effective_on=days_ago(60), planned_end_on=days_ago(-240))
    assert (now(world).status, now(world).stopped_on, now(world).break_days) == ("on_programme", None, 40)
    # 160 of 400 days: neither side counts the 40.
    assert expected(world) == pytest.approx(100 * 160 / 400)
    assert time_of(now(world)).breaks == [Break(days_ago(100), days_ago(-10), days_ago(60))]


def test_two_breaks_add_up(world):
    world.on_break(effective_on=days_ago(100))
    back(world, effective_on=days_ago(90))
    world.on_break(effective_on=days_ago(50))
    back(world, effective_on=days_ago(45))
    assert now(world).break_days == 15


def test_a_withdrawal_during_a_break_leaves_time_where_the_break_stopped_it(world):
    world.on_break(effective_on=days_ago(50))
    world.withdrawn(effective_on=days_ago(20))
    assert (now(world).status, now(world).stopped_on, now(world).break_days) == ("withdrawn", days_ago(50), 0)
    assert time_of(now(world)).breaks == [Break(days_ago(50), None, days_ago(20))]


def test_the_result_follows_the_gateway(world):
    with pytest.raises(OutOfTurn, match="On programme"):
        result(world)
    world.past_gateway(effective_on=days_ago(9))
    result(world, is_achieved=False)
    assert (now(world).status, now(world).stopped_on) == ("not_achieved", days_ago(9))


def test_a_planned_end_moves(world):
    planned_end(world, days_ago(-300))
    assert now(world).planned_end_on == days_ago(-300)


def test_an_employer_by_a_new_name_is_added_and_one_that_is_known_is_found(world):
    employer(world, "New Fable Freight (made up)")
    added = now(world).employer
    assert added.name == "New Fable Freight (made up)"
    employer(world, world.employer)
    employer(world, "NEW fable freight (made up)")
    assert now(world).employer == added


# Once, in order, with a reason ------------------------------------------------------------------------------------


def test_the_same_form_twice_makes_one_change(world):
    act = uuid4()
    first = world.on_break(act=act)
    assert world.on_break(act=act) == first
    assert Change.objects.unscoped().count() == 1


def test_the_token_of_one_change_makes_no_other(world):
    act = uuid4()
    world.on_break(act=act)
    with pytest.raises(TokenTaken):
        world.withdrawn(act=act)


def test_who_is_on_a_break_starts_no_other(world):
    world.on_break()
    with pytest.raises(OutOfTurn, match="Break in learning"):
        world.on_break()


@pytest.mark.parametrize("ended", ["withdrawn", "past_gateway"])
def test_nothing_is_planned_for_who_is_done(world, ended):
    getattr(world, ended)()
    with pytest.raises(OutOfTurn):
        planned_end(world, days_ago(-300))
    with pytest.raises(OutOfTurn):
        world.on_break()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_change_without_a_reason_is_refused(world, reason):
    with pytest.raises(Incomplete, match="Say why"):
        world.withdrawn(reason=reason)
    change = world.withdrawn()
    with pytest.raises(Incomplete, match="Say why"):
        undo(world, change, reason)


@pytest.mark.parametrize(
    ("days", "why"), [(-400, "more than a year away"), (201, "started on"), (31, "last change, “Return from a break”")]
)
def test_a_day_that_cannot_be_is_refused_by_its_rule(world, days, why):
    world.on_break(effective_on=days_ago(40))
    back(world, effective_on=days_ago(30))
    with pytest.raises(Incomplete, match=why) as refused:
        world.on_break(effective_on=days_ago(days))
    assert refused.value.field == "effective_on"


def test_somebody_may_leave_before_they_start(world):
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(started_on=days_ago(-20))
    world.withdrawn()
    assert expected(world) == 0


def test_a_break_ends_after_it_starts(world):
    with pytest.raises(Incomplete) as refused:
        world.on_break(expected_back_on=clock.today())
    assert refused.value.field == "expected_back_on"


@pytest.mark.parametrize("days", [-200, 200, 40, -5000])
def test_a_planned_end_that_breaks_a_rule_or_is_the_present_one_is_refused(world, days):
    with pytest.raises(Incomplete) as refused:
        planned_end(world, days_ago(days))
    assert refused.value.field == "planned_end_on"


def test_the_employer_of_today_is_no_change(world):
    with pytest.raises(Incomplete, match="already the employer"):
        employer(world, world.employer)


@pytest.mark.parametrize("who", ["apprentice", "assessor", "iqa", "mentor", "viewer", "other_admin", "former_assessor"])
def test_only_an_admin_of_the_provider_changes_an_apprenticeship(world, who):
    change = world.on_break()
    with pytest.raises(NotAllowed):
        world.withdrawn(by=acting(getattr(world, who)))
    with pytest.raises(NotAllowed):
        undo(world, change, by=getattr(world, who))


# Undone -----------------------------------------------------------------------------------------------------------


def test_undone_it_is_as_before(world):
    was = {name: getattr(now(world), name) for name in ("status", "stopped_on", "break_days", "employer_id")}
    for make in (world.on_break, world.withdrawn, lambda: employer(world, "Another (made up)")):
        undo(world, make())
        assert {name: getattr(now(world), name) for name in was} == was


def test_undoing_a_return_takes_its_planned_end_back(world):
    world.on_break(effective_on=days_ago(60))
    end = now(world).planned_end_on
    returned = back(world, effective_on=days_ago(20), planned_end_on=end + timedelta(days=40))
    undo(world, returned)
    assert (now(world).status, now(world).planned_end_on) == ("break", end)
    assert (now(world).stopped_on, now(world).break_days) == (days_ago(60), 0)


def test_undoing_twice_undoes_once(world):
    change = world.withdrawn()
    assert undo(world, change) == undo(world, change, "Again.")
    assert Change.objects.unscoped().count() == 2


def test_what_came_later_to_the_same_is_undone_first(world):
    first = world.on_break()
    later = world.withdrawn()
    with pytest.raises(OutOfTurn, match="“Withdrawal”"):
        undo(world, first)
    undo(world, later)
    undo(world, first)
    assert now(world).status == "on_programme"


def test_what_came_later_to_something_else_stays(world):
    moved = planned_end(world, days_ago(-300))
    world.on_break()
    undo(world, moved)
    assert (now(world).status, now(world).planned_end_on) == ("break", days_ago(-200))


def test_an_undoing_is_not_undone_but_the_change_is_recorded_again(world):
    with pytest.raises(OutOfTurn, match="Record the change again"):
        undo(world, undo(world, world.withdrawn()))
    world.withdrawn()
    assert now(world).status == "withdrawn"


# On the record ----------------------------------------------------------------------------------------------------


def test_each_change_and_each_undoing_is_recorded_without_its_reason(world):
    change = world.withdrawn(reason="Secret reason")
    undo(world, change, "Secret too")
    made = Entry.objects.filter(subject=str(world.apprenticeship.pk)).order_by("-pk")[:2]
    assert [entry.action for entry in made] == ["change.undone", "apprenticeship.withdrawn"]
    assert "Secret" not in str([entry.data for entry in made])


@pytest.mark.parametrize("what", ["update", "delete"])
def test_the_database_refuses_to_change_a_change(world, what):
    change = world.withdrawn()
    rows = Change.objects.unscoped().filter(pk=change.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(reason="Other") if what == "update" else rows._raw_delete(rows.db)


@pytest.mark.parametrize(
    "wrong",
    [
        {"before_status": "achieved"},
        {"after_status": "achieved"},
        {"reason": ""},
        {"expected_back_on": None, "kind": "break_started"},
        {"kind": "planned_end"},
    ],
    ids=str,
)
def test_the_database_refuses_a_change_that_cannot_be(world, wrong):
    row = world.withdrawn()
    row.pk, row.act, row.number = uuid4(), uuid4(), 2
    for name, value in wrong.items():
        setattr(row, name, value)
    row.provider_id = wrong.get("provider", row.provider_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_change_of_another_provider_is_refused_by_the_database(world):
    row = world.withdrawn()
    row.pk, row.act, row.number, row.provider = uuid4(), uuid4(), 2, world.other_provider
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_time_that_was_altered_is_found_and_put_right(world):
    world.on_break(effective_on=days_ago(30))
    back(world, effective_on=days_ago(10))
    world.on_break(effective_on=days_ago(5))
    call_command("rebuild_coverage", check=True, stdout=StringIO())
    Apprenticeship.objects.unscoped().update(break_days=3)
    call_command("rebuild_coverage", stdout=StringIO())
    assert now(world).break_days == 20


def test_every_kind_has_a_status_in_which_it_can_happen(world):
    from apprenticeships.models import possible_in

    every = {kind for status in Apprenticeship.Status.values for kind in possible_in(status)}
    assert every == set(ChangeKind)
