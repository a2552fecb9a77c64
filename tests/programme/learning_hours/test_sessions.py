"""The register of a session: everybody who was there gets hours in one act, and corrections say why."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from core import clock
from core.errors import Incomplete, NotAllowed, TokenTaken
from programme import workflow
from programme.models import Attendance, OffTheJobEntry, TrainingSession
from programme.workflow import LearnersRefused, SessionWords
from tests.programme.learning import log, session
from tests.world import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(world):
    """The assessor looks after two learners."""
    enrolling.assign(
        world.second.pk, acting(world.admin), assessor=world.assessor, reason="They take over for a while."
    )
    return [world.apprenticeship.pk, world.second.pk]


def minutes(pk) -> int:
    return Apprenticeship.objects.unscoped().get(pk=pk).off_the_job_minutes


def test_one_act_gives_everybody_who_was_there_confirmed_hours(world, both):
    session(world, present=both)
    assert [minutes(pk) for pk in both] == [90, 90]
    assert Attendance.objects.unscoped().filter(is_present=True).count() == 2


def test_who_was_absent_is_in_the_register_and_gets_nothing(world, both):
    session(world, present=both[:1], absent=both[1:])
    assert [minutes(pk) for pk in both] == [90, 0]
    assert Attendance.objects.unscoped().get(is_present=False).apprenticeship_id == world.second.pk


def test_a_register_sent_twice_is_one(world, both):
    token = uuid4()
    assert session(world, session_id=token) == session(world, session_id=token)
    assert OffTheJobEntry.objects.unscoped().count() == 1
    with pytest.raises(TokenTaken):
        session(world, session_id=token, by=acting(world.second_assessor), present=both)


def test_only_ones_own_learners_are_registered(world):
    for who in (world.second_assessor, world.admin, world.mentor, world.apprentice):
        with pytest.raises(NotAllowed):
            session(world, by=acting(who))
    assert not TrainingSession.objects.unscoped().exists()


def test_somebody_who_cannot_have_been_there_is_named_and_nothing_is_kept(world, both):
    away = {"act": uuid4(), "effective_on": clock.today() - timedelta(days=9), "reason": "Ill."}
    enrolling.start_break(world.second.pk, acting(world.admin), **away)
    log(world, starts=time(10), minutes=15)
    with pytest.raises(LearnersRefused) as refused:
        session(world, present=both)
    assert refused.value.reasons.keys() == set(both)
    assert "in the break" in refused.value.reasons[world.second.pk]
    assert "at the same time" in refused.value.reasons[world.apprenticeship.pk]
    assert not TrainingSession.objects.unscoped().exists()


@pytest.mark.parametrize(
    ("words", "present", "field"),
    [
        (SessionWords(" ", clock.today(), 60, "teaching"), True, "title"),
        (SessionWords("A", clock.today(), 60, "portfolio"), True, "kind"),
        (SessionWords("A", clock.today() + timedelta(days=1), 60, "teaching"), True, "happened_on"),
        (SessionWords("A", clock.today(), 60, "teaching"), False, "present"),
    ],
)
def test_what_is_wrong_with_a_session_is_said_by_its_field(world, words, present, field):
    with pytest.raises(Incomplete) as refused:
        session(world, words=words, present=[world.apprenticeship.pk] if present else [])
    assert refused.value.field == field


def test_a_register_is_corrected_with_a_reason_and_the_hours_follow(world, both):
    made = session(world, present=both[:1], absent=both[1:])

    def correct(pk, is_present, reason="They had left early.", by=world.assessor):
        return workflow.correct_attendance(made.pk, pk, acting(by), is_present=is_present, reason=reason)

    with pytest.raises(Incomplete, match="Say why"):
        correct(both[0], False, reason=" ")
    assert correct(both[0], False) == correct(both[0], False)
    correct(both[1], True, by=world.admin)
    assert [minutes(pk) for pk in both] == [0, 90]
    correct(both[0], True)
    assert [minutes(pk) for pk in both] == [90, 90]
    with pytest.raises(NotAllowed):
        correct(both[0], False, by=world.second_assessor)


def test_a_session_is_registered_on_the_page_and_shown_with_its_register(client, world, both):
    client.force_login(world.assessor)
    page = client.get(reverse("pages:session-new")).content.decode()
    assert world.second_apprentice.name in page
    form = {
        "token": str(uuid4()),
        "title": "Interviews",
        "kind": "practice",
        "happened_on": (clock.today() - timedelta(days=1)).isoformat(),
        "duration": "2h",
        "present": [str(both[0])],
        "notes_absent": "on",
    }
    answer = client.post(reverse("pages:session-new"), form | {"duration": "soon", "present": []})
    assert answer.status_code == 422
    answer = client.post(reverse("pages:session-new"), form, follow=True)
    page = answer.content.decode()
    assert "1 of 2 learners were there" in page
    made = TrainingSession.objects.unscoped().get()
    assert "Interviews" in client.get(reverse("pages:sessions")).content.decode()
    correction = reverse("pages:attendance", args=[made.pk, both[1]])
    assert client.get(correction).status_code == 200
    assert client.post(correction, {"is_present": "yes", "reason": ""}).status_code == 422
    assert client.post(correction, {"is_present": "yes", "reason": "Came late."}).status_code == 302
    assert minutes(both[1]) == 120
