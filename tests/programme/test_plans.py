"""Training plans: who draws one up, which version stands, what changed, and what follows from it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts.models import Organisation, Role
from accounts.workflow import add_organisation
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, KsbState
from assessments import workflow as assessing
from core import clock
from core.actor import SYSTEM
from core.errors import Incomplete, NotAllowed, OutOfTurn
from notifications.models import Notice
from notifications.outbox import read_all
from programme import workflow
from programme.learning_hours.durations import in_words
from programme.learning_hours.entry_rules import Words
from programme.learning_hours.totals import figures_of
from programme.models import OffTheJobEntry, Party, SignedVersion
from programme.planning.plan import differences, due_by_ksb, items_of, least_hours, slipped, standing_plan
from signing.models import Link
from tests.programme.learning import log
from tests.programme.planning import item, keep, offer, stands
from tests.programme.reviewing import ask, sign, sign_by_link, token_of
from tests.signing.people import contact_at
from tests.world import World, acting, person

pytestmark = pytest.mark.django_db


def figures(world: World):
    return figures_of(
        Apprenticeship.objects.unscoped().select_related("standard_version__standard").get(pk=world.apprenticeship.pk)
    )


def test_only_who_looks_after_the_learner_and_admins_draw_up_a_plan(world: World):
    for who in ("apprentice", "mentor", "second_assessor", "iqa", "other_admin"):
        with pytest.raises(NotAllowed):
            keep(world, by=world.people[who])
    keep(world, by=world.admin)


def test_a_plan_stands_once_all_three_have_signed_and_until_a_later_one_is(world: World):
    first = offer(world)
    assert standing_plan(world.apprenticeship.pk) is None
    sign(world, first, Party.APPRENTICE)
    sign(world, first, Party.EMPLOYER)
    assert standing_plan(world.apprenticeship.pk) == first
    assert workflow.offer_plan(world.apprenticeship.pk, acting(world.assessor)) == first
    keep(world, title="One more day")
    with pytest.raises(Incomplete) as refused:
        workflow.offer_plan(world.apprenticeship.pk, acting(world.assessor))
    assert refused.value.field == "reason"
    second = workflow.offer_plan(world.apprenticeship.pk, acting(world.assessor), reason="They asked for more.")
    assert (second.number, standing_plan(world.apprenticeship.pk)) == (2, first)
    sign(world, second, Party.APPRENTICE)
    sign(world, second, Party.EMPLOYER)
    assert standing_plan(world.apprenticeship.pk) == second


def test_a_plan_has_items_and_the_hours_that_the_rules_ask_for(world: World):
    learner = world.apprenticeship
    with pytest.raises(Incomplete, match="Add what is taught"):
        workflow.offer_plan(learner.pk, acting(world.assessor))
    for wrong in (
        {"title": " "},
        {"deliverer": ""},
        {"kind": "portfolio"},
        {"hours": 0},
        {"ksbs": ("K99",)},
        {"due_on": learner.planned_end_on + timedelta(days=1)},
    ):
        with pytest.raises(Incomplete) as refused:
            keep(world, **wrong)
        assert refused.value.field in wrong
    if least_hours(learner):
        with pytest.raises(Incomplete, match="at least"):
            offer(world, hours=1)


def test_what_changed_is_said_item_by_item(world: World):
    one, gone, new = item(world), item(world, title="Gone"), item(world, title="New")
    found = differences([one, gone], [one._replace(hours=410), new])
    assert [(each.how, each.title) for each in found] == [
        ("changed", "Writing adverts"),
        ("added", "New"),
        ("removed", "Gone"),
    ]
    assert found[0].changes == ("Hours: 410 (was 400)",)


def test_the_hours_and_the_expected_follow_the_plan_that_stands(world: World):
    started = world.apprenticeship.started_on
    keep(world, due_on=started, hours=100, ksbs=("K1",))
    stands(world, due_on=world.apprenticeship.planned_end_on, hours=300, ksbs=("K1", "S1"))
    assert (figures(world).planned, figures(world).expected) == (400 * 60, 100 * 60)
    plan = items_of(standing_plan(world.apprenticeship.pk))
    assert due_by_ksb(plan) == dict.fromkeys(("K1", "S1"), world.apprenticeship.planned_end_on)


def test_a_ksb_that_was_due_and_is_not_signed_off_has_slipped(world: World):
    stands(world, due_on=clock.today() - timedelta(days=1), ksbs=("K1",))
    states = {"K1": KsbState.MET, "S1": KsbState.NOT_STARTED}
    assert slipped(standing_plan(world.apprenticeship.pk), states) == ["K1"]


def test_hours_are_entered_from_an_item_of_the_plan(client, world: World):
    version = stands(world)
    [planned] = items_of(version)
    client.force_login(world.apprentice)
    address = reverse("pages:hours", args=[world.apprenticeship.pk])
    assert "Writing adverts" in client.get(address, {"item": planned.id}).content.decode()
    log(world, plan_item=UUID(planned.id), minutes=90)
    assert str(Words.of(OffTheJobEntry.objects.get()).plan_item) == planned.id
    page = client.get(reverse("pages:training-plan", args=[world.apprenticeship.pk])).content.decode()
    assert f"{in_words(90)} entered" in page
    with pytest.raises(Incomplete):
        log(world, plan_item=uuid4())


def test_the_employer_reads_and_signs_a_plan_by_a_link(client, world: World):
    version = offer(world)
    token = token_of(ask(world, version))
    client.post(reverse("pages:link-start", args=[token]))
    shown = client.get(reverse("pages:link", args=[token])).content.decode()
    assert "Writing adverts" in shown
    assert "release" in shown
    said = {"shown": Link.objects.get().edition(has_changed=False), "name": "Carla Contact", "role": "Manager"}
    said["comment"] = ""
    client.post(reverse("pages:link-sign", args=[token]), said)
    assert SignedVersion.objects.with_signatures().get(pk=version.pk).signed_employer


def test_the_apprentice_and_the_mentor_are_told_and_the_sender_when_one_declines(world: World):
    version = offer(world)
    read_all()
    assert {row.person for row in Notice.objects.filter(news="plan_to_sign")} == {world.apprentice, world.mentor}
    told = {"party": "apprentice", "shown": version.sha256, "reason": "Too many evenings."}
    workflow.decline_version(version.pk, acting(world.apprentice), **told)
    read_all()
    assert [row.person for row in Notice.objects.filter(news="not_signed")] == [world.assessor]


def test_a_plan_is_drawn_up_offered_and_signed_on_the_pages(client, world: World):
    learner = world.apprenticeship
    client.force_login(world.assessor)
    draft = reverse("pages:plan-draft", args=[learner.pk])
    planned = {"item": item(world).id, "title": "Adverts", "kind": "teaching", "deliverer": "Nina", "hours": "400"}
    planned |= {"due_on": learner.planned_end_on.isoformat(), "ksbs": "K1, nonsense"}
    assert client.post(draft, planned).status_code == 422
    assert client.post(draft, planned | {"ksbs": "K1"}).status_code == 302
    assert "400 hours so far" in client.get(draft).content.decode()
    stood = client.get(draft).content.decode().split('name="shown" value="')[1].split('"')[0]
    added = keep(world, title="Added meanwhile", by=world.admin)
    sign_it = reverse("pages:plan-offer", args=[learner.pk])
    refused = client.post(sign_it, {"reason": "", "shown": stood})
    assert (refused.status_code, "Somebody changed the plan" in refused.content.decode()) == (422, True)
    workflow.drop_plan_item(learner.pk, acting(world.admin), added.id)
    client.post(sign_it, {"reason": "", "shown": stood})
    version = SignedVersion.objects.get()
    for who, party in ((world.apprentice, "apprentice"), (world.mentor, "employer")):
        client.force_login(who)
        shown = client.get(reverse("pages:training-plan", args=[learner.pk])).content.decode()
        assert "sign it below" in shown
        client.post(reverse("pages:version-sign", args=[version.pk]), {"party": party, "shown": version.sha256})
    assert "this is the current plan" in client.get(reverse("pages:training-plan", args=[learner.pk])).content.decode()
    due = client.get(reverse("pages:ksb", args=[learner.pk, "K1"])).content.decode()
    assert "Due by" in due


def test_nobody_signs_a_plan_in_the_name_of_an_employer_that_is_not_theirs(world: World):
    version, told = offer(world), {"by": acting(world.admin), "reason": "They moved."}
    new = add_organisation(Organisation.Kind.EMPLOYER, "Parable Freight (made up)", SYSTEM)
    mentor = person("new_mentor", (new, Role.MENTOR))
    enrolling.change_employer(world.apprenticeship.pk, act=uuid4(), employer=new, effective_on=clock.today(), **told)
    enrolling.assign(world.apprenticeship.pk, mentor=mentor, **told)
    with pytest.raises(OutOfTurn, match="another employer now"):
        sign(world, version, Party.EMPLOYER, by=mentor)
    again = workflow.offer_plan(world.apprenticeship.pk, acting(world.assessor), reason="They moved.")
    assert new.name in sign(world, again, Party.EMPLOYER, by=mentor).statement


def test_a_link_passed_on_to_who_signed_for_another_party_signs_nothing(world: World):
    version = offer(world, by=world.admin)
    token = token_of(ask(world, version))
    signer = contact_at(world, email=world.admin.email.replace("@", "+two@"), name="Admin too")
    passed_on = assessing.pass_on(token, contact_id=signer.pk)
    with pytest.raises(NotAllowed, match="signed this for another party"):
        sign_by_link(passed_on)
