"""Enrolling by a typed name and address: whose the address is stays theirs to tell, and nothing is theirs unasked."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Invitation, Membership, Organisation, Role, User
from accounts.workflow import end_membership
from apprenticeships import workflow
from apprenticeships.models import Apprenticeship
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.mail import delivered, link_in
from tests.reports.conftest import just_signed_in
from tests.world import acting, person

NEW = "an otter in the attic"


@pytest.fixture
def sam(world):
    """Somebody who has an account, and nothing to do with the provider."""
    return person("sam", name="Samira Realname")


def enrol(world, email="sam@example.test", by="admin", **given):
    return workflow.enrol_and_invite(
        **{
            "apprenticeship_id": uuid4(),
            "provider": world.provider,
            "standard_version": world.version,
            "name": "Sam Typed",
            "email": email,
            "employer": world.employer,
            "started_on": clock.today(),
            "planned_end_on": clock.today() + timedelta(days=400),
            "by": acting(world.people[by]),
        }
        | given
    )


def links():
    """The addresses of the links that were mailed, oldest first."""
    return ["/" + link_in(message, "/invitations/").split("/", 3)[3] for message in delivered()]


def token_of(link):
    return link.split("/")[2]


def test_whoever_enrols_a_known_address_sees_the_name_that_they_typed(client, world, sam):
    made = enrol(world)
    just_signed_in(client, world.admin)
    coverage = reverse("pages:coverage", args=[made.pk])
    pages = [client.get(address) for address in (coverage, "/cohort/", "/people/", "/record/")]
    pages = [page.content.decode() for page in pages] + [b"".join(client.post("/cohort.csv")).decode()]
    assert all("Sam Typed" in page for page in pages[:3])
    assert "Samira" not in "".join(pages)
    assert "Hello Sam Typed," in delivered()[0].body


def test_an_invitation_that_waits_for_the_mail_server_is_not_sent_to_a_learner_who_withdrew(world):
    made = enrol(world)
    workflow.withdraw(
        made.pk, acting(world.admin), act=uuid4(), effective_on=clock.today(), reason="They took another job."
    )
    assert delivered() == []
    enrol(world, "another@example.test")
    assert len(delivered()) == 1


def test_nothing_is_on_somebodys_page_before_they_say_yes(client, world, sam):
    made = enrol(world)
    client.force_login(sam)
    assert "Nothing is set up for you yet" in client.get("/").content.decode()
    assert client.get(reverse("pages:coverage", args=[made.pk])).status_code == 404
    assert made not in Apprenticeship.objects.visible_to(acting(sam))


def test_somebody_with_an_account_goes_on_with_it_and_is_told_what_others_see(client, world, sam):
    made = enrol(world, assessor=world.assessor)
    [link] = links()
    client.force_login(sam)
    assert "will see your name as <strong>Samira Realname</strong>" in client.get(link).content.decode()
    client.post(link)
    assert client.get("/").url == reverse("pages:coverage", args=[made.pk])
    assert not User.objects.filter(name="Sam Typed").exists()
    assert Entry.objects.get(action="apprenticeship.taken_up").actor_person == sam.pk
    assert list(verify()) == []
    client.force_login(world.admin)
    assert "Samira Realname" in client.get(reverse("pages:coverage", args=[made.pk])).content.decode()


def test_accepting_twice_hands_over_once(world, sam):
    made = enrol(world)
    [link] = links()
    for _ in range(2):
        assert workflow.accept_and_take_up(token_of(link), by=acting(sam)) == sam
    made.refresh_from_db()
    assert made.apprentice == sam
    assert Entry.objects.filter(action="apprenticeship.taken_up").count() == 1


def test_earlier_links_of_somebody_who_had_an_account_stay_in_the_record(client, world, sam):
    made = enrol(world, "typo@example.test")
    workflow.invite_again(made.pk, "sam@example.test", acting(world.admin))
    client.force_login(sam)
    client.post(links()[-1])
    made.refresh_from_db()
    assert made.apprentice == sam
    assert list(verify()) == []


def test_somebody_new_chooses_a_password_and_has_the_address_from_then_on(client, world):
    made = enrol(world, "new@example.test")
    assert made.awaits_acceptance
    [link] = links()
    client.post(link, {"password": NEW, "password_again": NEW})
    made.refresh_from_db()
    assert (made.apprentice.email, made.apprentice.name) == ("new@example.test", "Sam Typed")
    assert made.apprentice.check_password(NEW)
    assert list(verify()) == []


def test_two_providers_enrol_one_address_and_it_becomes_one_person(world):
    first = enrol(world, "new@example.test")
    second = enrol(world, "new@example.test", "other_admin", provider=world.other_provider)
    one, other = links()
    person = workflow.accept_and_take_up(token_of(one), NEW)
    with pytest.raises(NotAllowed, match="Sign in first"):
        workflow.accept_and_take_up(token_of(other), NEW)
    workflow.accept_and_take_up(token_of(other), by=acting(person))
    assert set(Apprenticeship.objects.of_apprentice(acting(person))) == {first, second}


def test_a_second_press_enrols_and_invites_once(world):
    token = uuid4()
    assert enrol(world, apprenticeship_id=token) == enrol(world, apprenticeship_id=token)
    assert len(links()) == 1


def test_an_enrolment_whose_assessor_cannot_be_leaves_nothing(world):
    before = [model.objects.count() for model in (User, Organisation, Invitation, Entry)]
    with pytest.raises(Incomplete):
        enrol(world, assessor=world.iqa, employer="Somewhere (made up)")
    assert [model.objects.count() for model in (User, Organisation, Invitation, Entry)] == before
    assert not Apprenticeship.objects.filter(apprentice__name="Sam Typed").exists()
    assert not delivered()


def test_nobody_enrols_themself_or_looks_after_themself(world):
    with pytest.raises(NotAllowed, match="yourself"):
        enrol(world, world.admin.email.upper())
    with pytest.raises(Incomplete, match="own assessor, trainer or mentor"):
        enrol(world, world.assessor.email, assessor=world.assessor)


def test_nobody_becomes_the_apprentice_whom_they_look_after_by_another_address(world, sam):
    Membership.objects.create(user=sam, organisation=world.provider, role=Role.ASSESSOR)
    made = enrol(world, "later@example.test", assessor=sam)
    User.objects.filter(pk=sam.pk).update(email="later@example.test")
    [link] = links()
    with pytest.raises(NotAllowed, match="assessor, trainer or mentor"):
        workflow.accept_and_take_up(token_of(link), by=acting(sam))
    made.refresh_from_db()
    assert made.awaits_acceptance


def test_an_apprentice_is_invited_again_to_another_address_and_one_link_works(client, world):
    made = enrol(world, "wrong@example.test")
    [wrong] = links()
    client.force_login(world.admin)
    page = reverse("pages:assign", args=[made.pk])
    assert "Invite Sam Typed again" in client.get(page).content.decode()
    client.post(page, {"again-email": "right@example.test"})
    right = links()[-1]
    with pytest.raises(OutOfTurn):
        workflow.accept_and_take_up(token_of(wrong), NEW)
    assert workflow.accept_and_take_up(token_of(right), NEW).email == "right@example.test"
    assert "Invite Sam Typed again" not in client.get(page).content.decode()
    with pytest.raises(OutOfTurn, match="already accepted"):
        workflow.invite_again(made.pk, "third@example.test", acting(world.admin))


def test_an_apprentice_who_lost_the_mail_gets_another_link_and_the_first_stops(world):
    made = enrol(world)
    [first] = links()
    workflow.invite_again(made.pk, "sam@example.test", acting(world.admin))
    second = links()[-1]
    with pytest.raises(OutOfTurn):
        workflow.accept_and_take_up(token_of(first), NEW)
    assert workflow.accept_and_take_up(token_of(second), NEW) == User.objects.get(email="sam@example.test")


def test_an_enrolment_outlives_the_admin_who_made_it(world):
    made = enrol(world)
    second = User.objects.create_user("second.admin@example.test", name="Second Admin")
    Membership.objects.create(user=second, organisation=world.provider, role=Role.PROVIDER_ADMIN)
    second.acting_for = world.provider
    end_membership(Membership.objects.get(user=world.admin).pk, acting(world.admin))
    workflow.invite_again(made.pk, "sam@example.test", acting(second))
    assert workflow.accept_and_take_up(token_of(links()[-1]), NEW) == User.objects.get(email="sam@example.test")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_hand_over_once(world, sam):
    made = enrol(world)
    token = token_of(links()[0])
    faults = []

    def accept():
        try:
            workflow.accept_and_take_up(token, by=acting(sam))
        except Exception as fault:  # noqa: BLE001  (any fault fails the test)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    made.refresh_from_db()
    assert made.apprentice == sam
    assert Entry.objects.filter(action="apprenticeship.taken_up").count() == 1
