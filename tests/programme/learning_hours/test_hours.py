"""Off-the-job hours: entered, held against the rules, confirmed, corrected and removed; and what they come to."""

from datetime import time, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import Hours
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from programme import workflow
from programme.learning_hours.entry_rules import Words
from programme.models import HoursConfirmation, OffTheJobEntry
from tests.programme.learning import confirm, log, words
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def days_ago(days: int):
    return clock.today() - timedelta(days=days)


def totals(world: World) -> tuple[int, int]:
    now = Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk)
    return now.off_the_job_minutes, now.off_the_job_waiting_minutes


def correct(world: World, entry: OffTheJobEntry, by=None, reason="A mistake.", **given):
    return workflow.correct_hours(
        entry.pk, acting(by or world.apprentice), correction_id=uuid4(), words=words(**given), reason=reason
    )


def test_hours_wait_until_somebody_confirms_them(world):
    entry = log(world)
    assert totals(world) == (0, 60)
    assert confirm(world, entry) == 1
    assert totals(world) == (60, 0)
    assert confirm(world, entry) == 0
    assert HoursConfirmation.objects.unscoped().count() == 1


def test_what_an_assessor_enters_on_behalf_is_confirmed_by_it(world):
    log(world, by=world.assessor)
    assert totals(world) == (60, 0)


def test_nobody_confirms_their_own_hours(world):
    entry = log(world)
    with pytest.raises(NotAllowed):
        confirm(world, entry, by=world.apprentice)
    assert totals(world) == (0, 60)


@pytest.mark.parametrize("who", ["mentor", "second_assessor", "former_assessor", "admin", "iqa", "other_assessor"])
def test_who_neither_delivered_it_nor_looks_after_the_apprentice_confirms_nothing(world, who):
    entry = log(world)
    with pytest.raises(NotAllowed):
        confirm(world, entry, by=getattr(world, who))


def test_a_mentor_confirms_what_they_delivered_themself(world):
    entry = log(world, delivered_by=world.mentor.pk, kind="shadowing")
    assert confirm(world, entry, by=world.mentor) == 1


@pytest.mark.parametrize("who", ["second_apprentice", "mentor", "admin", "second_assessor", "other_assessor"])
def test_only_the_apprentice_and_who_trains_them_enter_hours(world, who):
    with pytest.raises(NotAllowed):
        log(world, by=getattr(world, who))


def test_the_same_form_twice_makes_one_entry(world):
    token = uuid4()
    assert log(world, entry_id=token) == log(world, entry_id=token)
    assert totals(world) == (0, 60)
    with pytest.raises(TokenTaken):
        log(world, entry_id=token, apprenticeship=world.second)


@pytest.mark.parametrize("kind", ["portfolio", "review", "english_maths", "assessment", "induction", "work"])
def test_what_is_no_training_is_kept_and_not_counted(world, kind):
    entry = log(world, kind=kind, deliverer="", by=world.assessor)
    assert not entry.counts
    assert entry.why_not_counted
    assert totals(world) == (0, 0)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"happened_on": days_ago(-1)}, "happened_on", "still to come"),
        ({"happened_on": days_ago(201)}, "happened_on", "started on"),
        ({"minutes": 0}, "minutes", "24 hours"),
        ({"minutes": 1441}, "minutes", "24 hours"),
        ({"note": "  "}, "note", "what you did"),
        ({"note": "x" * 501}, "note", "at most 500"),
        ({"kind": "sleeping"}, "kind", "what kind"),
        ({"deliverer": ""}, "deliverer", "who delivered"),
        ({"in_paid_hours": False}, "in_paid_hours", "paid working hours"),
        ({"ksbs": (uuid4(),)}, "ksbs", "not in this standard"),
        ({"evidence": uuid4()}, "evidence", "not there"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field_with_the_reason(world, given, field, says):
    with pytest.raises(Incomplete, match=says) as refused:
        log(world, **given)
    assert refused.value.field == field
    assert totals(world) == (0, 0)


def test_two_entries_at_the_same_time_are_refused(world):
    log(world, starts=time(9), minutes=90)
    for starts, minutes in ((time(10), 60), (time(8), 61), (time(9, 15), 10)):
        with pytest.raises(Incomplete, match="at the same time") as refused:
            log(world, starts=starts, minutes=minutes)
        assert refused.value.field == "starts"
    log(world, starts=time(10, 30))
    log(world, starts=time(8))
    log(world)


def test_an_entry_that_would_end_later_than_now_is_refused(world):
    local = clock.now()
    with clock.at(local.replace(hour=12, minute=0)), pytest.raises(Incomplete, match="later than now"):
        log(world, happened_on=clock.today(), starts=time(11), minutes=120)


def test_training_on_a_break_is_refused_and_before_it_is_not(world):
    world.on_break(effective_on=days_ago(10))
    log(world, happened_on=days_ago(11))
    with pytest.raises(Incomplete, match="in the break"):
        log(world, happened_on=days_ago(10))
    back = {"act": uuid4(), "effective_on": days_ago(5), "reason": "Back.", "planned_end_on": days_ago(-205)}
    enrolling.end_break(world.apprenticeship.pk, acting(world.admin), **back)
    with pytest.raises(Incomplete, match="in the break"):
        log(world, happened_on=days_ago(6))
    log(world, happened_on=days_ago(5))


def test_no_more_than_the_paid_hours_of_a_week_are_taken(world):
    agreed = {"act": uuid4(), "effective_on": clock.today(), "reason": "Agreed.", "hours": Hours(300, 0, 1800)}
    enrolling.change_hours(world.apprenticeship.pk, acting(world.admin), **agreed)
    monday = days_ago(14 + clock.today().weekday())
    for day in range(3):
        log(world, happened_on=monday + timedelta(days=day), minutes=600)
    with pytest.raises(Incomplete, match="30 h of paid work") as refused:
        log(world, happened_on=monday + timedelta(days=3), minutes=1)
    assert refused.value.field == "minutes"
    log(world, happened_on=monday + timedelta(days=3), minutes=60, kind="portfolio")
    log(world, happened_on=monday + timedelta(days=7), minutes=60)


def test_nothing_is_entered_after_the_gateway(world):
    entry = log(world)
    world.past_gateway()
    with pytest.raises(OutOfTurn):
        log(world)
    assert confirm(world, entry) == 1


def test_a_correction_keeps_what_was_there_and_waits_to_be_confirmed(world):
    entry = log(world)
    made = correct(world, entry, minutes=90)
    assert made.replaces == entry
    assert totals(world) == (0, 90)
    confirm(world, made)
    with pytest.raises(NotAllowed, match="confirmed"):
        correct(world, made, minutes=30)
    correct(world, made, by=world.assessor, minutes=45)
    assert totals(world) == (45, 0)
    assert OffTheJobEntry.objects.unscoped().count() == 3


def test_what_an_admin_corrects_is_confirmed_by_somebody_else(world):
    entry = log(world, by=world.assessor)
    correct(world, entry, by=world.admin, minutes=30)
    assert totals(world) == (0, 30)


def test_an_entry_is_corrected_once_and_with_a_reason(world):
    entry = log(world)
    with pytest.raises(Incomplete, match="Say why"):
        correct(world, entry, reason=" ", minutes=90)
    with pytest.raises(Incomplete, match="Nothing is different"):
        correct(world, entry)
    correct(world, entry, minutes=90)
    with pytest.raises(OutOfTurn):
        correct(world, entry, minutes=80)
    with pytest.raises(OutOfTurn):
        confirm(world, entry)


def test_removed_hours_stay_in_the_history_and_count_no_more(world):
    entry = log(world, by=world.assessor)
    gone = workflow.remove_hours(entry.pk, acting(world.assessor), reason="It was somebody else.")
    assert workflow.remove_hours(entry.pk, acting(world.assessor), reason="Again.") == gone
    assert totals(world) == (0, 0)
    assert OffTheJobEntry.objects.unscoped().filter(pk=entry.pk).exists()
    with pytest.raises(OutOfTurn):
        confirm(world, entry)


def test_each_act_is_in_the_record(world):
    entry = log(world)
    confirm(world, entry)
    made = correct(world, entry, by=world.assessor, minutes=30)
    workflow.remove_hours(made.pk, acting(world.admin), reason="Twice.")
    acts = list(Entry.objects.filter(action__startswith="hours.").order_by("pk").values_list("action", flat=True))
    assert acts == ["hours.logged", "hours.confirmed", "hours.corrected", "hours.confirmed", "hours.removed"]


def test_the_database_takes_no_hours_that_are_no_training_as_counted(world):
    entry = log(world)
    entry.pk, entry.kind = uuid4(), "portfolio"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_the_totals_are_what_a_rebuild_finds(world):
    confirm(world, log(world), log(world, happened_on=days_ago(9)))
    log(world, minutes=30)
    out = StringIO()
    call_command("rebuild_coverage", check=True, stdout=out)
    Apprenticeship.objects.unscoped().update(off_the_job_minutes=1, last_learned_on=None)
    call_command("rebuild_coverage", stdout=out)
    assert totals(world) == (120, 30)


def test_the_words_of_an_entry_are_what_was_entered(world):
    piece = world.draft("K1")
    said = words(starts=time(9, 30), ksbs=(world.ksb("K1").pk,), evidence=piece.pk)
    entry = workflow.log_hours(world.apprenticeship.pk, acting(world.apprentice), entry_id=uuid4(), words=said)
    assert Words.of(OffTheJobEntry.objects.unscoped().get(pk=entry.pk)) == said
