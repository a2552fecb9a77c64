"""Skills scans: who rates, what is kept, and how far each KSB has come."""

from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from occupations.models import Ksb
from programme import workflow
from programme.models import ScanDraft, SkillsScan
from programme.scanning.distance import apart, known_at_start
from signing import workflow as signing
from tests.programme import reviewing
from tests.programme.reviewing import token_of
from tests.programme.scanning import asked, hand_in, rate_by_link, ratings, travelled
from tests.signing.people import contact_at
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def test_the_apprentice_and_their_mentor_rate_every_ksb_and_nobody_else(world: World):
    token = uuid4()
    first = hand_in(world, pk=token)
    assert hand_in(world, "alone", pk=token) == first, "sent twice, handed in once"
    by_mentor = hand_in(world, "not_seen", by=world.mentor)
    assert (first.party, first.number, by_mentor.party, by_mentor.number) == ("apprentice", 1, "employer", 1)
    for somebody in (world.assessor, world.admin, world.iqa):
        with pytest.raises(NotAllowed):
            hand_in(world, by=somebody)
    with pytest.raises(TokenTaken):
        hand_in(world, by=world.mentor, pk=token)
    words = ratings(world)
    missing = next(iter(words))
    with pytest.raises(Incomplete) as refused:
        workflow.hand_in_scan(
            world.apprenticeship.pk, acting(world.apprentice), scan_id=uuid4(), words={**words, missing: ""}
        )
    assert refused.value.field == missing
    with pytest.raises(Incomplete):
        hand_in(world, "not_seen")
    world.withdrawn()
    with pytest.raises(OutOfTurn):
        hand_in(world)


def test_a_later_scan_stands_beside_the_first_and_shows_how_far_each_ksb_has_come(world: World):
    hand_in(world, "not_yet", K1="alone", K2="teaches")
    assert [(one.scan_count, one.average) for one in travelled(world)] == [(1, None)]
    hand_in(world, "with_help", K1="not_yet", K2="teaches")
    [distance] = travelled(world)
    gains = {step.code: step.gain for step in distance.steps}
    assert (gains["K1"], gains["K2"], gains["S1"]) == (-2, 0, 1)
    assert distance.average == round(sum(gains.values()) / len(gains), 1)
    assert distance.not_gained == ["K1"], "what was at the top could not gain"
    assert sorted(known_at_start([distance])) == ["K1", "K2"]
    hand_in(world, "with_help", by=world.mentor, S1="teaches")
    assert apart(travelled(world)) == ["K2", "S1"]
    assert SkillsScan.objects.unscoped().count() == 3


def test_a_progress_review_keeps_how_far_it_had_come(client, world: World):
    hand_in(world)
    hand_in(world, "with_help")
    client.force_login(world.assessor)
    review = reviewing.plan(world)
    writing = client.get(reverse("pages:progress-review-write", args=[review.pk])).content.decode()
    assert "Distance travelled, as Apprentice sees it" in writing
    version = reviewing.issue(world, review)
    hand_in(world, "teaches")
    shown = client.get(reverse("pages:progress-review", args=[review.pk])).content.decode()
    assert "on average +1, in steps of the scale" in shown
    assert [one["count"] for one in version.shared["standing"]["travelled"]] == [2]


def test_a_ksb_that_was_rated_in_other_words_has_no_distance(world: World):
    hand_in(world)
    old = Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk).standard_version
    new = type(old).objects.get(pk=old.pk)
    new.pk, new.version = uuid4(), "9.9"
    new.save(force_insert=True)
    for ksb in Ksb.objects.filter(version=old):
        ksb.pk, ksb.version = uuid4(), new
        ksb.statement += " And more." if ksb.code == "K1" else ""
        ksb.save(force_insert=True)
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(standard_version=new)
    hand_in(world, "alone")
    steps = {step.code: (step.start, step.gain) for step in travelled(world)[0].steps}
    assert (steps["K1"], steps["K2"]) == ((None, None), (0, 2))


def test_the_employer_rates_by_a_link_and_can_go_on_later(client, world: World):
    link = asked(world)
    token = token_of(link)
    address = reverse("pages:link", args=[token])
    assert "K1" not in client.get(address).content.decode()
    client.post(reverse("pages:link-start", args=[token]))
    some = {"rate_K1": "alone", "name": "Carla", "role": "", "comment": "", "stay": "K"}
    assert client.post(reverse("pages:link-later", args=[token]), some).headers["Location"] == f"{address}#K"
    page = client.get(address).content.decode()
    assert 'name="rate_K1" value="alone" checked' in page
    assert 'value="Carla"' in page
    shown = signing.link_of(token).edition(has_changed=False)
    whole = {"shown": shown, "name": "Carla Contact", "role": "Depot manager", "comment": ""}
    refused = client.post(reverse("pages:link-sign", args=[token]), {**whole, "rate_K1": "alone"})
    assert refused.status_code == 422
    assert "Still to rate" in refused.content.decode()
    assert 'value="alone" checked' in refused.content.decode()
    sent = client.post(reverse("pages:link-sign", args=[token]), {**whole, **ratings(world, "with_help")})
    assert sent.status_code == 302, sent.content.decode()
    [scan] = SkillsScan.objects.unscoped()
    assert (scan.party, scan.name, scan.by, scan.ratings["K1"]) == ("employer", "Carla Contact", None, "with_help")
    assert client.get(address).status_code == 404
    client.post(f"{sent.headers['Location']}not-me/")
    assert not travelled(world), "disowned, it counts for nothing"


def test_one_contact_at_a_time_is_asked_and_a_mentors_rating_ends_it(world: World):
    link = asked(world)
    assert asked(world) == link
    with pytest.raises(Incomplete):
        asked(world, email="other@example.test", name="Other")
    to = contact_at(world)
    with pytest.raises(NotAllowed):
        workflow.ask_employer_to_rate(world.apprenticeship.pk, acting(world.apprentice), contact_id=to.pk)
    hand_in(world, by=world.mentor)
    link.refresh_from_db()
    assert link.revoked_at
    assert rate_by_link(world, asked(world)).number == 2


def test_what_is_pressed_is_kept_for_oneself_until_it_is_handed_in(client, world: World):
    client.force_login(world.apprentice)
    keep = reverse("pages:skills-scan-keep", args=[world.apprenticeship.pk])
    rate = reverse("pages:skills-scan-rate", args=[world.apprenticeship.pk])
    kept = client.post(keep, {"revision": "0", "rate_K1": "alone", "comment": "In my last job."}).json()
    assert (kept["state"], kept["revision"], client.get(keep).json()["revision"]) == ("saved", 1, 1)
    stale = client.post(keep, {"revision": "0", "rate_K1": "not_yet", "comment": ""})
    assert (stale.status_code, stale.json()["kept"]["rate_K1"]) == (409, "alone")
    page = client.get(rate).content.decode()
    assert 'name="rate_K1" value="alone" checked' in page
    assert "In my last job." in page
    refused = client.post(rate, {"token": str(uuid4()), "revision": "1", "rate_K1": "with_help", "comment": "Yes"})
    assert refused.status_code == 422
    assert 'name="rate_K1" value="with_help" checked' in refused.content.decode()
    later = client.post(keep, {"revision": "1", "rate_K1": "teaches", "comment": "", "later": "1"})
    assert later.status_code == 302
    assert "Continue rating (1 of" in client.get(later.headers["Location"]).content.decode()
    client.force_login(world.mentor)
    assert "checked" not in client.get(rate).content.decode(), "nobody else reads what is not handed in"
    client.force_login(world.apprentice)
    done = client.post(rate, {"token": str(uuid4()), "revision": "2", **ratings(world), "comment": "Done"})
    assert done.status_code == 302
    assert not ScanDraft.objects.unscoped().exists()
    client.force_login(world.assessor)
    shown = client.get(done.headers["Location"])
    assert "Done" in shown.content.decode()
    assert "Distance travelled" in shown.content.decode()
    numbers = client.get(f"{done.headers['Location']}?csv=distance-apprentice").content.decode()
    assert "K1,Not yet" in numbers
    one = client.get(reverse("pages:skills-scan-one", args=[SkillsScan.objects.unscoped().get().pk]))
    assert "It cannot be changed" in one.content.decode()
