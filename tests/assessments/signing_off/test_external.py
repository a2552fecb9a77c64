"""KSBs that were signed off in another system: looked through, brought in, shown as what they are, and taken out."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apprenticeships.models import KsbProgress
from apprenticeships.workflow import end_conflict
from assessments.external import read
from assessments.models import ExternalRecord, SignOff
from assessments.workflow import bring_in_sign_offs, sign_off, take_out_sign_offs, withdraw_sign_off
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.access.externals import bring_in, listed
from tests.assessments import quality
from tests.assessments.transitions import states
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def page_of(world: World, who: object) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_an_admin_brings_in_sign_offs_and_they_count_like_any_other(world):
    made = bring_in(world, "K1", "S1")
    assert made.counts == {"sign_offs": 2}
    assert states(world.apprenticeship) == {
        "K1": "signed_off", "K2": "not_started", "S1": "signed_off", "S2": "not_started", "B1": "not_started"
    }  # fmt: skip
    world.apprenticeship.refresh_from_db()
    assert world.apprenticeship.signed_off_count == 2
    assert not list(verify())
    call_command("rebuild_coverage", check=True)


def test_the_same_list_again_changes_nothing(world):
    assert bring_in(world, "K1") == bring_in(world, "K1")
    assert SignOff.objects.unscoped().count() == 1


def test_it_says_everywhere_that_it_was_done_elsewhere(world):
    bring_in(world, "K1")
    client = page_of(world, world.apprentice)
    for address, more in (("ksb", ["K1"]), ("external", [])):
        page = client.get(reverse(f"pages:{address}", args=[world.apprenticeship.pk, *more])).content.decode()
        assert "Old Town College (made up) (external)" in page
    assert (
        "Signed off by Olive Other at Old Town College (made up) (external)"
        in client.get(reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"])).content.decode()
    )


def test_who_signed_off_elsewhere_is_a_name_and_no_account(world):
    bring_in(world, "K1")
    judge = SignOff.objects.unscoped().get().by
    assert (judge.email, judge.is_active, judge.has_usable_password()) == (None, False, False)
    assert judge.own_name == "Olive Other"


def test_only_an_admin_brings_in_and_nobody_for_themself(world):
    for who in set(world.people) - {"admin"}:
        with pytest.raises(NotAllowed):
            bring_in(world, "K1", by=world.people[who])


def test_every_fault_of_a_list_is_told_by_its_line(world):
    bring_in(world, "K2")
    day = clock.today().isoformat()
    before = (world.apprenticeship.started_on - timedelta(days=1)).isoformat()
    text = (
        "KSB,Date,Signed off by,File or note\n"
        f"K9,{day},Olive,\nK1,{day},,\nK1,31 June 2026,Olive,\nK2,{day},Olive,\nS1,{before},Olive,\n"
        f"S2,{(clock.today() + timedelta(days=1)).isoformat()},{'x' * 151},\n"
    )
    faults = read(text, world.apprenticeship).faults
    assert [(fault.number, fault.column) for fault in faults] == [
        (2, "KSB"), (3, "signed off by"), (4, "KSB"), (4, "date"), (5, "KSB"), (6, "date"), (7, "date"),
        (7, "signed off by"),
    ]  # fmt: skip
    with pytest.raises(Incomplete):
        bring_in_sign_offs(world.apprenticeship.pk, acting(world.admin), text=text, source="Old", file_name="a.csv")
    assert ExternalRecord.objects.unscoped().count() == 1


@pytest.mark.parametrize(
    "text", ["", "KSB,date\nK1,2026-01-01\n", "KSB,date,signed off by\n", 'KSB,date,signed off by\n"K1']
)
def test_what_is_no_list_is_refused_with_a_reason(world, text):
    listed = read(text, world.apprenticeship)
    assert listed.faults
    assert not listed.lines


def test_a_list_is_taken_out_as_one_act_with_a_reason(world):
    made = bring_in(world, "K1", "S1")
    with pytest.raises(Incomplete):
        take_out_sign_offs(made.pk, acting(world.admin), " ")
    with pytest.raises(NotAllowed):
        take_out_sign_offs(made.pk, acting(world.assessor), "Not theirs.")
    for _ in range(2):
        take_out_sign_offs(made.pk, acting(world.admin), "The wrong learner.")
    with pytest.raises(OutOfTurn):
        take_out_sign_offs(made.pk, acting(world.admin), "Again, for another reason.")
    assert set(states(world.apprenticeship).values()) == {"not_started"}
    page = page_of(world, world.apprentice).get(reverse("pages:ksb", args=[world.apprenticeship.pk, "K1"]))
    assert "The wrong learner." in page.content.decode()
    assert not list(verify())
    assert bring_in(world, "K1", "S1") != made
    assert states(world.apprenticeship)["K1"] == "signed_off"


def test_one_that_was_withdrawn_here_stays_so_when_the_list_is_taken_out(world):
    made = bring_in(world, "K1", "S1")
    withdraw_sign_off(SignOff.objects.unscoped().get(ksb__code="K1").pk, acting(world.assessor), "Too thin.")
    take_out_sign_offs(made.pk, acting(world.admin), "The wrong learner.")
    assert not list(verify())
    world.judged({"K1": "met"})
    assert sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor)).external is None


def test_a_closed_apprenticeship_takes_nothing_in(world):
    world.past_gateway()
    with pytest.raises(OutOfTurn):
        bring_in(world, "K1")


def test_a_list_is_looked_through_before_it_is_brought_in(world):
    client, where = page_of(world, world.admin), reverse("pages:external", args=[world.apprenticeship.pk])
    file = SimpleUploadedFile("list.csv", listed("K1").replace("\n", "\r\n").encode("utf-8-sig"))
    page = client.post(where, {"source": "Old Town College", "file": file})
    assert page.status_code == 200
    assert "Import these" in page.content.decode()
    assert not SignOff.objects.unscoped().exists()
    context = page.context
    sent = {"source": context["source"], "text": context["text"].replace("\n", "\r\n"), "file_name": context["name"]}
    assert client.post(where, sent).status_code == 302
    assert KsbProgress.objects.unscoped().get(apprenticeship=world.apprenticeship, ksb__code="K1").state == "signed_off"
    bad = SimpleUploadedFile("list.csv", listed("K1", "K9").encode())
    page = client.post(where, {"source": "Old Town College", "file": bad})
    assert page.status_code == 422
    assert "Import these" not in page.content.decode()
    for content in (b"\x00\x81", b"x" * 300_000, b""):
        answer = client.post(where, {"source": "Old", "file": SimpleUploadedFile("list.csv", content)})
        assert answer.status_code == 422


def test_a_quality_assurer_takes_a_list_out_unless_a_conflict_of_interest_stands_in_the_way(world):
    made, page = bring_in(world, "K1"), reverse("pages:external", args=[world.apprenticeship.pk])
    take_out = reverse("pages:external-take-out", args=[made.pk])
    for who, is_offered in ((world.iqa, True), (world.admin, True), (world.assessor, False), (world.viewer, False)):
        assert (take_out in page_of(world, who).get(page).content.decode()) is is_offered
    conflict = quality.conflict(world, world.iqa)
    with pytest.raises(NotAllowed):
        take_out_sign_offs(made.pk, acting(world.iqa), "The certificate was forged.")
    end_conflict(conflict.pk, acting(world.admin), "It was somebody else.")
    page_of(world, world.iqa).post(take_out, {"reason": "The certificate was forged."})
    assert states(world.apprenticeship)["K1"] == "not_started"
