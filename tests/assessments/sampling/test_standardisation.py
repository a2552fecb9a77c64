"""Who met to compare how they judge, what they agreed, and what came of it; corrected, and never rewritten."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments import workflow as assessing
from assessments.models import Standardisation, StandardisationAction
from assessments.workflow import Meeting, ToDo
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.assessments import quality
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def test_a_judgement_at_a_standardisation_changes_no_decision(world: World):
    record = quality.standardised(world)
    assert record.judgements.count() == 2
    assert record.judgements.first().decision.outcome == "met"
    progress = world.apprenticeship.progress.get(ksb=world.ksb("K1"))
    assert progress.state == "met"


def test_a_record_is_corrected_with_a_reason_and_never_rewritten(world: World):
    record = quality.standardised(world)
    later = Meeting(clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "Two dates.")
    with pytest.raises(Incomplete):
        assessing.correct_standardisation(record.pk, acting(world.iqa), later, " ")
    made = assessing.correct_standardisation(record.pk, acting(world.iqa), later, "The wrong words.")
    assert assessing.correct_standardisation(record.pk, acting(world.iqa), later, "The wrong words.") == made
    assert list(Standardisation.objects.visible_to(acting(world.iqa)).standing()) == [made]
    with pytest.raises(OutOfTurn):
        assessing.correct_standardisation(record.pk, acting(world.iqa), later, "Something else.")


def test_only_a_quality_assurer_records_a_standardisation(world: World):
    meeting = Meeting(clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "A date.")
    for who in (world.assessor, world.admin, world.viewer, world.apprentice, world.other_admin):
        with pytest.raises(NotAllowed):
            assessing.record_standardisation(world.provider.pk, acting(who), meeting, record_id=uuid4())


def test_only_people_of_the_provider_can_have_been_there(world: World):
    for stranger in (world.apprentice, world.other_assessor, world.mentor):
        meeting = Meeting(clock.today(), frozenset({world.iqa.pk, stranger.pk}), "A date.")
        with pytest.raises(Incomplete) as refused:
            assessing.record_standardisation(world.provider.pk, acting(world.iqa), meeting, record_id=uuid4())
        assert refused.value.field == "people"


def test_nobody_judged_who_was_not_there(world: World):
    decision = world.judged({"K1": "met"}).claims.get().decisions.get()
    judged = {decision.pk: {world.second_assessor.pk: "met"}}
    meeting = Meeting(clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "A date.", None, judged)
    with pytest.raises(Incomplete):
        assessing.record_standardisation(world.provider.pk, acting(world.iqa), meeting, record_id=uuid4())


def test_an_action_has_an_owner_and_a_day(world: World):
    meeting = Meeting(clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "A date.")
    for todo in (ToDo("Tell them.", None, clock.today()), ToDo("Tell them.", world.iqa.pk, None)):
        with pytest.raises(Incomplete):
            assessing.record_standardisation(
                world.provider.pk, acting(world.iqa), meeting, record_id=uuid4(), actions=[todo]
            )


def test_an_action_is_overdue_until_it_is_done_and_can_be_opened_again(world: World):
    action = quality.standardised(world).actions.get()
    actions = StandardisationAction.objects.visible_to(acting(world.iqa))
    with clock.at(clock.now() + timedelta(days=30)):
        assert list(actions.open().overdue()) == [action]
        note = {"note_id": uuid4(), "kind": "done", "words": "Told them."}
        made = assessing.note_on_action(action.pk, acting(world.assessor), **note)
        assert assessing.note_on_action(action.pk, acting(world.assessor), **note) == made
        assert not actions.open().exists()
        with pytest.raises(NotAllowed):
            assessing.note_on_action(
                action.pk, acting(world.assessor), note_id=uuid4(), kind="opened", words="Not all of them."
            )
        assessing.note_on_action(action.pk, acting(world.iqa), note_id=uuid4(), kind="opened", words="Not all.")
        assert actions.open().exists()


def test_an_assessor_reads_only_what_they_were_at(world: World):
    record = quality.standardised(world)
    assert Standardisation.objects.visible_to(acting(world.assessor)).get() == record
    for who in (world.second_assessor, world.apprentice, world.mentor, world.other_admin):
        assert not Standardisation.objects.visible_to(acting(who)).exists()


def test_a_quality_assurer_records_a_meeting_in_two_steps_and_nothing_typed_is_lost(client, world: World):
    decision = world.judged({"K1": "met"}).claims.get().decisions.get()
    client.force_login(world.iqa)
    new = reverse("pages:standardisation-new")
    assert "Advert for a driver" in client.get(new).content.decode()
    met = {
        "held_on": clock.today().isoformat(),
        "standard": "",
        "people": [str(world.assessor.pk), str(world.iqa.pk)],
        "decisions": [str(decision.pk)],
    }
    second = client.get(new, met).content.decode()
    name = f"judged_{decision.pk}_{world.assessor.pk}"
    assert name in second
    typed = met | {"token": str(uuid4()), name: "not_yet", f"judged_{decision.pk}_{world.iqa.pk}": "met"}
    typed |= {f"{part}_{n}": "" for part in ("action", "owner", "due_on") for n in (1, 2, 3)}
    typed |= {"action_1": "Write to everybody.", "agreed": "A date is needed."}
    refused = client.post(new, typed)
    assert refused.status_code == 422
    assert "Choose who does it." in refused.content.decode()
    assert "A date is needed." in refused.content.decode()
    typed |= {"owner_1": str(world.assessor.pk), "due_on_1": clock.today().isoformat()}
    shown = client.post(new, typed, follow=True).content.decode()
    assert "A date is needed." in shown
    assert "Not yet" in shown
    assert "Write to everybody." in shown
    record = Standardisation.objects.get()
    client.force_login(world.assessor)
    note = reverse("pages:standardisation-note", args=[record.actions.get().pk])
    prefix = f"a{record.actions.get().pk.hex}"
    said = {f"{prefix}-token": str(uuid4()), f"{prefix}-kind": "done", f"{prefix}-words": ""}
    assert client.post(note, said).status_code == 422
    shown = client.post(note, said | {f"{prefix}-words": "Sent on Monday."}, follow=True).content.decode()
    assert "Sent on Monday." in shown
    client.force_login(world.iqa)
    correct = reverse("pages:standardisation-correct", args=[record.pk])
    assert "A date is needed." in client.get(correct).content.decode()
    sent = {key: value for key, value in typed.items() if "_1" not in key and "_2" not in key and "_3" not in key}
    sent |= {name: "met", "reason": "They said met.", "agreed": "A date is needed, always."}
    shown = client.post(correct, sent, follow=True).content.decode()
    assert "This corrects an earlier record: They said met." in shown
    assert "Sent on Monday." in shown
