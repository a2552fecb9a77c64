"""What an assessor records is the apprentice's to confirm, and the confirmation is the submission."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships import workflow as enrolling
from assessments import workflow as assessing
from assessments.models import Submission
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from notifications import outbox
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceFile, Marker
from tests.assessments import quality
from tests.factories.files import make_mp3
from tests.notifications.worker import told
from tests.portfolios.tus import TUS, metadata
from tests.world import OWN_WORK, OWN_WORK_FORM, World, acting

pytestmark = pytest.mark.django_db


def handed_over(world: World, *codes: str) -> Evidence:
    return assessing.hand_over(quality.observation(world, *codes or ("K1",)).pk, acting(world.assessor))


def test_the_confirmation_is_the_submission_and_who_recorded_it_may_decide(world: World):
    piece = handed_over(world)
    sent = assessing.confirm_observation(piece.pk, acting(world.apprentice), OWN_WORK, "I was nervous.")
    assert sent.submitted_by_id == world.apprentice.pk
    answers = {one["prompt"]: one["text"] for one in sent.snapshot.content["answers"]}
    assert answers == {"Recorded by": "Assessor, assessor", "What the apprentice says": "I was nervous."}
    world.judge(sent, {"K1": "met"})
    piece.refresh_from_db()
    assert piece.state == "accepted"


def test_confirming_twice_makes_one_submission(world: World):
    piece = handed_over(world)
    for _ in range(2):
        assessing.confirm_observation(piece.pk, acting(world.apprentice), OWN_WORK)
    assert Submission.objects.count() == 1


def test_nobody_but_the_assessor_changes_what_they_recorded(world: World):
    piece = quality.observation(world, "K1")
    content = EvidenceContent.written(title="Mine", kind="observation")
    for who in (world.apprentice, world.second_assessor, world.iqa, world.admin):
        with pytest.raises(NotAllowed):
            collecting.revise_evidence(piece.pk, acting(who), revision=1, content=content)
        with pytest.raises(NotAllowed):
            collecting.add_file(piece.pk, acting(who), make_mp3())
        with pytest.raises(NotAllowed):
            collecting.discard_evidence(piece.pk, acting(who))
    with pytest.raises(NotAllowed):
        collecting.set_claim(piece.pk, acting(world.apprentice), ksb_id=world.ksb("K2").pk, is_claimed=True)


def test_what_is_handed_over_nobody_changes_until_it_is_taken_back(world: World):
    piece = handed_over(world)
    content = EvidenceContent.written(title="Other words", kind="observation")
    for who in (world.assessor, world.apprentice):
        with pytest.raises(NotAllowed):
            collecting.revise_evidence(piece.pk, acting(who), revision=1, content=content)
    collecting.take_up_observation(piece.pk, acting(world.assessor))
    assert (
        collecting.revise_evidence(piece.pk, acting(world.assessor), revision=1, content=content).title == "Other words"
    )
    with pytest.raises(OutOfTurn):
        assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)


def test_what_was_confirmed_is_not_taken_back_by_the_assessor(world: World):
    piece = handed_over(world)
    assessing.confirm_observation(piece.pk, acting(world.apprentice), OWN_WORK)
    with pytest.raises(OutOfTurn):
        collecting.take_up_observation(piece.pk, acting(world.assessor))


def test_it_is_handed_over_once_it_has_what_a_submission_needs(world: World):
    with pytest.raises(Incomplete) as refused:
        assessing.hand_over(quality.observation(world).pk, acting(world.assessor))
    assert refused.value.field == "claims"


def test_only_the_assigned_assessor_without_a_conflict_records(world: World):
    content = EvidenceContent.written(title="Seen", kind="observation")
    for who in (world.second_assessor, world.iqa, world.admin, world.apprentice, world.mentor, world.other_assessor):
        with pytest.raises(NotAllowed):
            collecting.start_observation(world.apprenticeship.pk, acting(who), evidence_id=uuid4(), content=content)
    quality.conflict(world)
    with pytest.raises(NotAllowed):
        quality.observation(world)


def test_what_is_recorded_is_seen_by_the_two_of_them_alone(world: World):
    piece = quality.observation(world, "K1")
    collecting.add_file(piece.pk, acting(world.assessor), make_mp3())
    seen = {
        name: (
            Evidence.objects.visible_to(acting(person)).filter(pk=piece.pk).exists(),
            EvidenceFile.objects.visible_to(acting(person)).filter(evidence=piece.pk).exists(),
        )
        for name, person in world.people.items()
    }
    assert {name for name, both in seen.items() if any(both)} == {"assessor", "apprentice"}
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="As agreed.")
    assert not Evidence.objects.visible_to(acting(world.assessor)).filter(pk=piece.pk).exists()
    with pytest.raises(NotAllowed):
        assessing.hand_over(piece.pk, acting(world.assessor))


def test_the_apprentice_is_told_when_there_is_something_to_confirm(world: World):
    piece = quality.observation(world, "K1")
    assert "observed" not in told(world.apprentice)
    assessing.hand_over(piece.pk, acting(world.assessor))
    outbox.read_all()
    assert told(world.apprentice)[-1] == "observed"


def test_an_assessor_records_marks_and_hands_over_and_the_apprentice_confirms(client, world: World):
    client.force_login(world.assessor)
    learner = reverse("pages:coverage", args=[world.apprenticeship.pk])
    new = reverse("pages:observation-new", args=[world.apprenticeship.pk])
    assert new in client.get(learner).content.decode()
    refused = client.post(new, {"token": str(uuid4()), "kind": "observation", "title": ""})
    assert refused.status_code == 422
    client.post(new, {"token": str(uuid4()), "kind": "professional_discussion", "title": "About stock"})
    piece = Evidence.objects.get(observed_by=world.assessor)
    page = reverse("pages:observation", args=[piece.pk])
    shown = client.get(page).content.decode()
    assert 'data-record="video"' in shown
    assert 'data-mark="K1"' in shown
    sound = make_mp3()
    uploads = reverse("pages:uploads", args=[world.apprenticeship.pk, piece.pk])
    named = metadata(filename="Voice note, 1.mp3")
    begun = client.post(
        uploads,
        headers={**TUS, "Upload-Length": str(sound.size), "Upload-Metadata": named},
    )
    assert begun.status_code == 201, begun.content
    sent = client.patch(
        begun["Location"],
        data=sound.read(),
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": "0"},
    )
    assert sent.status_code == 204, sent.content
    mark = {"id": str(uuid4()), "ksb": "K1", "ms": 0, "name": "Voice note, 1.mp3"}
    given = {
        "title": "About stock",
        "happened_on": piece.happened_on.isoformat(),
        "narrative": "He explained the rule of first in, first out.",
        "ksbs": [str(world.ksb("S1").pk)],
        "marks": json.dumps([mark]),
        "revision": str(piece.revision),
    }
    too_late = (piece.happened_on + timedelta(days=2)).isoformat()
    refused = client.post(page, given | {"happened_on": too_late, "hand_over": "1"})
    assert refused.status_code == 422
    assert "first in, first out" in refused.content.decode()
    shown = client.post(page, given, follow=True).content.decode()
    assert "K1 0:00" in shown
    assert Marker.objects.get().ksb.code == "K1"
    piece.refresh_from_db()
    assert set(piece.claims.values_list("ksb__code", flat=True)) == {"K1", "S1"}
    shown = client.post(
        page,
        given
        | {
            "revision": str(piece.revision),
            "marks": "[]",
            "ksbs": [str(world.ksb("S1").pk), str(world.ksb("K1").pk)],
            "hand_over": "1",
        },
        follow=True,
    ).content.decode()
    assert "has it now, and confirms it by sending it" in shown
    client.force_login(world.apprentice)
    own = client.get(reverse("pages:evidence", args=[piece.pk])).content.decode()
    assert "Recorded by Assessor, as the assessor." in own
    assert "Check and confirm" in own
    submit = reverse("pages:evidence-submit", args=[piece.pk])
    assert "Do you want to say something about it?" in client.get(submit).content.decode()
    shown = client.post(submit, OWN_WORK_FORM | {"comment": "It was loud there."}, follow=True).content.decode()
    assert "Sent to your assessor." in shown
    assert "It was loud there." in shown
    client.force_login(world.assessor)
    review = client.get(reverse("pages:review", args=[Submission.objects.get().pk])).content.decode()
    assert "Recorded by" in review


def test_a_recording_that_is_still_on_its_way_keeps_its_marks(client, world: World):
    piece = quality.observation(world, "K1")
    client.force_login(world.assessor)
    mark = {"id": str(uuid4()), "ksb": "K1", "ms": 61_000, "name": "Video, 1.webm"}
    given = {
        "title": piece.title,
        "happened_on": piece.happened_on.isoformat(),
        "narrative": piece.narrative,
        "ksbs": [str(world.ksb("K1").pk)],
        "marks": json.dumps([mark]),
        "revision": str(piece.revision),
        "hand_over": "1",
    }
    refused = client.post(reverse("pages:observation", args=[piece.pk]), given)
    assert refused.status_code == 422
    assert mark["id"] in refused.content.decode()
    piece.refresh_from_db()
    assert piece.handed_over_at is None


@pytest.mark.parametrize(
    "marks", ["[" * 100_000, '[{"id": "%s", "ksb": "K1", "ms": 1e999, "name": "a"}]', "{}", '"K1"', "[[1]]", "[NaN]"]
)
def test_marks_that_no_page_sends_are_refused_and_what_was_typed_stays(client, world: World, marks: str):
    """Seen: a list in a list, very often, and a time beyond all numbers, were faults."""
    piece = quality.observation(world, "K1")
    client.force_login(world.assessor)
    given = {"title": piece.title, "happened_on": piece.happened_on.isoformat(), "narrative": "It was loud there."}
    given |= {"revision": str(piece.revision), "marks": marks.replace("%s", str(uuid4()))}
    refused = client.post(reverse("pages:observation", args=[piece.pk]), given)
    assert refused.status_code == 422
    assert "It was loud there." in refused.content.decode()


def test_an_observation_whose_assessor_left_is_taken_over_by_the_next_and_says_so(world: World, client):
    piece = quality.observation(world, "K1")
    world.second_assessor.acting_for = world.provider
    with pytest.raises(NotAllowed):
        collecting.take_over_observation(piece.pk, acting(world.second_assessor))
    cover = {"cover": world.second_assessor, "cover_until": clock.today() + timedelta(days=9)}
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), **cover)
    # While a colleague still assesses the apprentice, it is theirs.
    with pytest.raises(NotAllowed, match="no longer one"):
        collecting.take_over_observation(piece.pk, acting(world.second_assessor))
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They left.")
    client.force_login(world.second_assessor)
    start = reverse("pages:observation-new", args=[world.apprenticeship.pk])
    assert "Recorded by Assessor" in client.get(start).content.decode()
    address = reverse("pages:observation-take-over", args=[world.apprenticeship.pk, piece.pk])
    for _time in range(2):
        assert client.post(address)["Location"] == reverse("pages:observation", args=[piece.pk])
    assert Entry.objects.filter(action="evidence.taken_over").count() == 1
    assert "Left by a colleague" not in client.get(start).content.decode()
    with pytest.raises(NotAllowed):
        assessing.hand_over(piece.pk, acting(world.assessor))
    assessing.hand_over(piece.pk, acting(world.second_assessor))
    sent = assessing.confirm_observation(piece.pk, acting(world.apprentice), OWN_WORK)
    said = {one["prompt"]: one["text"] for one in sent.snapshot.content["answers"]}
    assert said == {"Recorded by": "Assessor, assessor", "Taken over by": "Second Assessor, assessor"}
