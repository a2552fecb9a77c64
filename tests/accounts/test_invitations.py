"""Invitations: who may send them, what the link does, and that it does it once."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from accounts import workflow
from accounts.models import Invitation, Membership, Organisation, Role, User
from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from tests.accounts.conftest import sign_in, text_of
from tests.factories.accounts import PASSWORD, MembershipFactory, OrganisationFactory
from tests.mail import delivered
from tests.world import acting

pytestmark = pytest.mark.django_db
NEW = "an otter in the attic"


@pytest.fixture
def invited(provider: Organisation, admin: User) -> Invitation:
    return workflow.invite(provider, "New.Person@Example.test", "New Person", Role.ASSESSOR, acting(admin))


def path_of(invitation: Invitation) -> str:
    return "/invitations/" + invitation.link.split("/invitations/")[1]


def token_of(invitation: Invitation) -> str:
    return path_of(invitation).split("/")[2]


def choose_password(client: Client, invitation: Invitation) -> object:
    return client.post(path_of(invitation), {"password": NEW, "password_again": NEW})


# Sending --------------------------------------------------------------------------------------------------------------
def test_the_link_goes_by_mail(provider, admin):
    invitation = workflow.invite(provider, "a@example.test", "Ann", Role.IQA, acting(admin))
    message = delivered()[0]
    assert message.to == ["a@example.test"]
    assert invitation.link in message.body
    assert "Northway Training" in message.body
    assert "internal quality assurer" in message.body


def test_only_a_hash_of_the_token_is_kept(invited: Invitation):
    assert token_of(invited) not in str(Invitation.objects.values().get())
    assert invited.email == "new.person@example.test"


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.IQA, Role.VIEWER])
def test_only_admins_invite(provider: Organisation, role: Role):
    inviter = MembershipFactory(organisation=provider, role=role, ended_on=clock.today() + timedelta(days=9)).user
    with pytest.raises(NotAllowed):
        workflow.invite(provider, "a@example.test", "Ann", Role.ASSESSOR, acting(inviter))
    assert not Invitation.objects.exists()


def test_an_admin_of_another_provider_invites_nobody_here(provider: Organisation):
    with pytest.raises(NotAllowed):
        workflow.invite(provider, "a@example.test", "Ann", Role.ASSESSOR, acting(MembershipFactory(admin=True).user))


def test_a_former_admin_invites_nobody(provider: Organisation, admin: User):
    admin.memberships.update(ended_on=clock.today())
    with pytest.raises(NotAllowed):
        workflow.invite(provider, "a@example.test", "Ann", Role.ASSESSOR, acting(admin))


def test_an_admin_who_acts_for_another_organisation_invites_nobody_here(provider: Organisation, admin: User):
    admin.acting_for = OrganisationFactory()
    with pytest.raises(NotAllowed):
        workflow.invite(provider, "a@example.test", "Ann", Role.ASSESSOR, acting(admin))


def test_a_role_belongs_to_its_kind_of_organisation(provider: Organisation, admin: User):
    for organisation, role in ((provider, Role.MENTOR), (OrganisationFactory(employer=True), Role.ASSESSOR)):
        with pytest.raises(NotAllowed):
            workflow.invite(organisation, "a@example.test", "Ann", role, acting(admin))


def test_a_provider_admin_invites_mentors_to_an_employer(admin: User, stranger: User):
    employer = OrganisationFactory(employer=True)
    assert workflow.invite(employer, "a@example.test", "Ann", Role.MENTOR, acting(admin)).organisation == employer
    with pytest.raises(NotAllowed):
        workflow.invite(employer, "b@example.test", "Ben", Role.MENTOR, acting(stranger))


def test_a_viewer_is_let_in_until_a_day(provider: Organisation, admin: User):
    for ends_on in (None, clock.today()):
        with pytest.raises(Incomplete) as refusal:
            workflow.invite(provider, "a@example.test", "Ann", Role.VIEWER, acting(admin), role_ends_on=ends_on)
        assert refusal.value.field == "role_ends_on"
    ends_on = clock.today() + timedelta(days=30)
    invitation = workflow.invite(provider, "a@example.test", "Ann", Role.VIEWER, acting(admin), role_ends_on=ends_on)
    workflow.accept_invitation(token_of(invitation), password=NEW)
    assert Membership.objects.get(role=Role.VIEWER).ended_on == ends_on


def test_inviting_twice_makes_one_invitation_and_one_mail(provider, admin):
    first = workflow.invite(provider, "a@example.test", "Ann", Role.IQA, acting(admin))
    assert workflow.invite(provider, "A@example.test", "Ann", Role.IQA, acting(admin)) == first
    assert len(delivered()) == 1


def test_a_known_address_is_invited_in_the_same_words(client: Client, admin: User, stranger: User):
    sign_in(client, admin)
    pages = []
    for email in (stranger.email, "nobody@example.test"):
        response = client.post("/people/invite/", {"name": "X", "email": email, "role": "assessor"}, follow=True)
        rows = response.content.decode().split("<main")[0].split('class="messages"')[1]
        pages.append(rows.replace(email, "ADDRESS"))
    assert "We are emailing an invitation" in pages[0]
    assert pages[0] == pages[1]


# Opening and accepting ------------------------------------------------------------------------------------------------
def test_opening_the_link_changes_nothing(client: Client, invited: Invitation):
    for _ in range(2):
        page = client.get(path_of(invited)).content.decode()
        assert "Welcome, New Person" in page
        assert "assessor" in page
    invited.refresh_from_db()
    assert invited.accepted_at is None
    assert not User.objects.filter(email=invited.email).exists()


def test_somebody_new_chooses_a_password_and_is_signed_in(client: Client, invited: Invitation):
    response = choose_password(client, invited)
    assert response.headers["Location"] == "/"
    assert client.get("/account/profile/").status_code == 200
    person = User.objects.get(email="new.person@example.test")
    assert person.name == "New Person"
    assert person.memberships.get().role == Role.ASSESSOR
    assert EmailAddress.objects.get(user=person).verified
    again = Client()
    again.post("/account/login/", {"login": person.email, "password": NEW})
    assert again.get("/account/profile/").status_code == 200


def test_the_link_works_once(client: Client, invited: Invitation):
    choose_password(Client(), invited)
    assert client.get(path_of(invited)).status_code == 404
    other = {"password": "a badger by the bins", "password_again": "a badger by the bins"}
    client.post(path_of(invited), other)
    assert User.objects.get(email=invited.email).check_password(NEW)


def test_pressing_the_button_twice_is_pressing_it_once(client: Client, invited: Invitation):
    assert choose_password(client, invited).headers["Location"] == "/"
    assert choose_password(client, invited).headers["Location"] == "/"
    # The second press may have left before the browser learned that it is signed in.
    assert choose_password(Client(), invited).headers["Location"] == "/account/login/"
    assert Membership.objects.filter(user__email=invited.email).count() == 1
    assert Entry.objects.filter(action="invitation.accepted").count() == 1


@pytest.mark.parametrize("password", ["short", "password1234", "new person craftmark"])
def test_a_weak_password_is_refused_and_the_link_stays_good(client: Client, invited: Invitation, password: str):
    response = client.post(path_of(invited), {"password": password, "password_again": password})
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert choose_password(client, invited).status_code == 302


def test_two_different_passwords_are_refused(client: Client, invited: Invitation):
    response = client.post(path_of(invited), {"password": NEW, "password_again": NEW + "s"})
    assert response.status_code == 422
    assert "do not match" in response.content.decode()


def test_somebody_with_an_account_signs_in_first(client: Client, provider: Organisation, admin: User, stranger: User):
    invitation = workflow.invite(provider, stranger.email, "Whoever", Role.IQA, acting(admin))
    page = client.get(path_of(invitation)).content.decode()
    assert "You already have an account" in page
    assert f"/account/login/?next=%2Finvitations%2F{token_of(invitation)}%2F" in page
    choose_password(client, invitation)
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)
    assert not stranger.memberships.exists()
    sign_in(client, stranger)
    assert "Accept invitation" in client.get(path_of(invitation)).content.decode()
    assert not stranger.memberships.exists()
    assert client.post(path_of(invitation)).headers["Location"] == "/"
    assert client.post(path_of(invitation)).headers["Location"] == "/"
    assert stranger.memberships.get().role == Role.IQA


def test_the_link_in_another_hand_gives_nothing(client: Client, invited: Invitation, stranger: User):
    sign_in(client, stranger)
    assert "for somebody else" in client.get(path_of(invited)).content.decode()
    client.post(path_of(invited))
    assert not stranger.memberships.exists()
    with pytest.raises(NotAllowed):
        workflow.accept_invitation(token_of(invited), by=acting(stranger))


def test_an_enrolled_apprentice_takes_up_the_account_that_waits(client: Client, provider: Organisation, admin: User):
    apprentice = workflow.add_person("Kim")
    invitation = workflow.invite_to_sign_in(apprentice, "Kim@Example.test", provider, acting(admin))
    assert "enrolled you on an apprenticeship" in client.get(path_of(invitation)).content.decode()
    choose_password(client, invitation)
    apprentice.refresh_from_db()
    assert apprentice.check_password(NEW)
    assert (apprentice.name, apprentice.email) == ("Kim", "kim@example.test")
    assert not apprentice.memberships.exists()


def test_only_an_admin_invites_an_apprentice(provider: Organisation, stranger: User):
    with pytest.raises(NotAllowed):
        workflow.invite_to_sign_in(workflow.add_person("Kim"), "kim@example.test", provider, acting(stranger))


def _after_eight_days(invitation: Invitation, admin: User) -> None:
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))


def _withdrawn(invitation: Invitation, admin: User) -> None:
    workflow.revoke(invitation.pk, by=acting(admin))


def _organisation_ended(invitation: Invitation, admin: User) -> None:
    Organisation.objects.update(ended_on=clock.today())


@pytest.mark.parametrize("happened", [_after_eight_days, _withdrawn, _organisation_ended])
def test_a_closed_link_looks_like_one_that_never_was(client: Client, invited: Invitation, admin: User, happened):
    happened(invited, admin)
    closed, made_up = client.get(path_of(invited)), client.get("/invitations/never-was/")
    assert closed.status_code == made_up.status_code == 404
    assert text_of(closed) == text_of(made_up)
    assert choose_password(client, invited).status_code == 404
    with pytest.raises(OutOfTurn):
        workflow.accept_invitation(token_of(invited), password=NEW)
    assert not User.objects.filter(email=invited.email).exists()


def test_a_new_link_replaces_the_old_one(client: Client, invited: Invitation, admin: User):
    old = path_of(invited)
    Invitation.objects.update(expires_at=clock.now() - timedelta(days=1))
    fresh = workflow.resend(invited.pk, by=acting(admin))
    assert client.get(old).status_code == 404
    assert client.get(path_of(fresh)).status_code == 200


def test_an_accepted_invitation_is_neither_withdrawn_nor_sent_again(invited: Invitation, admin: User):
    workflow.accept_invitation(token_of(invited), password=NEW)
    for act in (workflow.revoke, workflow.resend):
        with pytest.raises(OutOfTurn, match="accepted on"):
            act(invited.pk, by=acting(admin))


def test_whoever_has_the_role_already_is_not_invited_again(provider: Organisation, admin: User):
    with pytest.raises(Incomplete):
        workflow.invite(provider, admin.email, "Ada", Role.PROVIDER_ADMIN, acting(admin))


def test_each_step_is_in_the_record_of_the_organisation(invited: Invitation, admin: User, provider: Organisation):
    person = workflow.accept_invitation(token_of(invited), password=NEW)
    entries = {entry.action: entry for entry in Entry.objects.filter(chain=provider.pk)}
    assert set(entries) == {"invitation.sent", "invitation.accepted", "membership.granted"}
    assert entries["membership.granted"].actor_person == admin.pk
    assert entries["membership.granted"].data["person"] == str(person.pk)
    everything = str(list(Entry.objects.values()))
    assert "new.person" not in everything
    assert "New Person" not in everything


def test_a_role_that_admins_give_themselves_shows_as_such(client: Client, provider: Organisation, admin: User):
    invitation = workflow.invite(provider, admin.email, "Ada", Role.ASSESSOR, acting(admin))
    workflow.accept_invitation(token_of(invitation), by=acting(admin))
    assert Entry.objects.get(action="membership.granted").data["to_themself"] is True


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_at_once_accept_once():
    admin = MembershipFactory(admin=True)
    invitation = workflow.invite(admin.organisation, "a@example.test", "Ann", Role.ASSESSOR, acting(admin.user))
    faults: list[Exception] = []

    def accept() -> None:
        try:
            workflow.accept_invitation(token_of(invitation), password=NEW)
        except Exception as fault:  # noqa: BLE001  (any fault fails the test)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Membership.objects.filter(user__email="a@example.test").count() == 1
    assert Entry.objects.filter(action="invitation.accepted").count() == 1
