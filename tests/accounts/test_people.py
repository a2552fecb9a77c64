"""The page of a provider's people, and ending what somebody is there."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import workflow
from accounts.models import Invitation, Membership, Organisation, Role, User
from audit.models import Entry
from core import clock
from core.errors import NotAllowed, OutOfTurn
from tests.accounts.conftest import sign_in, text_of
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.world import acting

pytestmark = pytest.mark.django_db
PEOPLE = "/people/"


@pytest.fixture
def invited(provider: Organisation, admin: User) -> Invitation:
    return workflow.invite(provider, "ann@example.test", "Ann", Role.IQA, acting(admin))


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.IQA, Role.VIEWER])
def test_only_admins_open_the_page(client: Client, provider: Organisation, role: Role):
    member = MembershipFactory(organisation=provider, role=role, ended_on=clock.today() + timedelta(days=9)).user
    sign_in(client, member)
    for address in (PEOPLE, "/people/invite/"):
        assert client.get(address).status_code == 403


def test_admins_see_their_own_people_and_nobody_elses(client: Client, admin: User, assessor_membership, invited):
    other = MembershipFactory(user__name="Oda Other")
    sign_in(client, admin)
    page = client.get(PEOPLE).content.decode()
    assert "Asa Assessor" in page
    assert "ann@example.test" in page
    assert other.user.name not in page


def test_the_page_asks_the_same_number_of_times_for_many_people(
    client: Client, provider: Organisation, admin: User, django_assert_num_queries
):
    sign_in(client, admin)
    client.get(PEOPLE)
    for size in (3, 30):
        for number in range(size):
            MembershipFactory(organisation=provider)
            workflow.invite(provider, f"p{size}-{number}@example.test", "P", Role.IQA, acting(admin))
        with django_assert_num_queries(9):
            client.get(PEOPLE)


def test_an_invitation_is_sent_from_the_page(client: Client, admin: User):
    sign_in(client, admin)
    response = client.post("/people/invite/", {"name": "Ann  Lee", "email": "Ann@Example.test ", "role": "iqa"})
    assert response.headers["Location"] == PEOPLE
    invitation = Invitation.objects.get()
    assert (invitation.name, invitation.email, invitation.role) == ("Ann Lee", "ann@example.test", "iqa")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", "аnn@example.test"),  # noqa: RUF001  (a Cyrillic а)
        ("email", "ann@exаmple.test"),  # noqa: RUF001
        ("email", ""),
        ("name", ""),
        ("name", "A\x00nn"),
        ("name", "Ann\u202eeel"),
        ("name", "x" * 202),
        ("role", "mentor"),
        ("role", "viewer"),
        ("role_ends_on", "31/02/2027"),
    ],
)
def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(client: Client, admin: User, field, value):
    sign_in(client, admin)
    given = {"name": "Ann Lee", "email": "ann@example.test", "role": "assessor"} | {field: value}
    response = client.post("/people/invite/", given)
    assert response.status_code == 422
    page = response.content.decode()
    assert "There is a problem" in page
    assert "This field is required" not in page
    assert given["email"] in page
    assert not Invitation.objects.exists()


def test_giving_a_role_asks_for_the_password_again_after_ten_minutes_and_keeps_the_form(client: Client, admin: User):
    client.force_login(admin)
    response = client.post("/people/invite/", {"name": "Ann", "email": "ann@example.test", "role": "iqa"}, follow=True)
    assert "Confirm it's you" in response.content.decode()
    assert not Invitation.objects.exists()
    again = response.redirect_chain[-1][0]
    response = client.post(again, {"password": "correct horse battery", "next": "/people/invite/"})
    assert Invitation.objects.get().email == "ann@example.test"


def test_invitations_are_withdrawn_and_sent_again_from_the_page(client: Client, admin: User, invited: Invitation):
    sign_in(client, admin)
    client.post(f"/people/invitations/{invited.pk}/resend/")
    client.post(f"/people/invitations/{invited.pk}/revoke/")
    invited.refresh_from_db()
    assert invited.revoked_at
    assert client.post(f"/people/invitations/{invited.pk}/resend/").status_code == 409
    assert "ann@example.test" not in client.get(PEOPLE).content.decode()


def test_another_providers_rows_are_as_if_they_did_not_exist(client: Client, invited, assessor_membership):
    sign_in(client, MembershipFactory(admin=True).user)
    for address in (
        f"/people/invitations/{invited.pk}/resend/",
        f"/people/invitations/{invited.pk}/revoke/",
        f"/people/memberships/{assessor_membership.pk}/end/",
    ):
        response = client.post(address)
        assert response.status_code == 404
        made_up = client.post(address.replace(address.split("/")[3], "11111111-1111-4111-8111-111111111111"))
        assert made_up.status_code == 404
        assert text_of(response) == text_of(made_up)
    invited.refresh_from_db()
    assert invited.is_open()


def test_nothing_changes_by_opening_an_address(client: Client, admin: User, invited: Invitation, assessor_membership):
    sign_in(client, admin)
    for address in (
        f"/people/invitations/{invited.pk}/resend/",
        f"/people/invitations/{invited.pk}/revoke/",
    ):
        assert client.get(address).status_code == 405
    assert client.get(f"/people/memberships/{assessor_membership.pk}/end/").status_code == 200
    assert Membership.objects.live().filter(pk=assessor_membership.pk).exists()


def test_an_ended_role_closes_at_once_and_signs_the_person_out(client: Client, admin: User, assessor_membership):
    theirs = Client()
    sign_in(theirs, assessor_membership.user)
    assert theirs.get("/account/profile/").status_code == 200
    sign_in(client, admin)
    client.post(f"/people/memberships/{assessor_membership.pk}/end/", {"reason": "They left."})
    assert theirs.get("/account/profile/").status_code == 302
    assert not Membership.objects.live().filter(user=assessor_membership.user).exists()
    entry = Entry.objects.get(action="membership.ended")
    assert (entry.actor_person, entry.data["person"]) == (admin.pk, str(assessor_membership.user_id))


def test_ending_twice_changes_nothing_more(admin: User, assessor_membership: Membership):
    workflow.end_membership(assessor_membership.pk, by=acting(admin))
    workflow.end_membership(assessor_membership.pk, by=acting(admin))
    assert Entry.objects.filter(action="membership.ended").count() == 1


def test_only_an_admin_of_the_provider_ends_a_role(assessor_membership: Membership):
    for by in (assessor_membership.user, MembershipFactory(admin=True).user):
        with pytest.raises(NotAllowed):
            workflow.end_membership(assessor_membership.pk, by=acting(by))


def test_the_only_admin_cannot_leave(client: Client, admin: User):
    own = admin.memberships.get()
    with pytest.raises(OutOfTurn):
        workflow.end_membership(own.pk, by=acting(admin))
    second = MembershipFactory(admin=True, organisation=own.organisation)
    workflow.end_membership(own.pk, by=acting(admin))
    with pytest.raises(OutOfTurn):
        workflow.end_membership(second.pk, by=acting(second.user))


def test_an_admin_who_leaves_takes_their_open_invitations_along(admin: User, provider: Organisation, invited):
    second = MembershipFactory(admin=True, organisation=provider)
    workflow.end_membership(admin.memberships.get().pk, by=acting(second.user))
    invited.refresh_from_db()
    assert invited.revoked_at


def test_a_role_that_ended_today_can_be_given_again(admin: User, assessor_membership: Membership, provider):
    workflow.end_membership(assessor_membership.pk, by=acting(admin))
    user = assessor_membership.user
    invitation = workflow.invite(provider, user.email, user.name, Role.ASSESSOR, acting(admin))
    workflow.accept_invitation(invitation.link.split("/")[-2], by=acting(user))
    assert Membership.objects.live().filter(user=user).count() == 1


def test_employers_are_added_by_provider_admins_alone(admin: User, assessor_membership: Membership):
    employer = workflow.add_organisation(Organisation.Kind.EMPLOYER, "Bridge Foods", acting(admin))
    assert employer.kind == Organisation.Kind.EMPLOYER
    with pytest.raises(NotAllowed):
        workflow.add_organisation(Organisation.Kind.EMPLOYER, "Bridge Foods", acting(assessor_membership.user))
    with pytest.raises(NotAllowed):
        workflow.add_organisation(Organisation.Kind.PROVIDER, "Mine", acting(admin), ukprn=10_000_001)


def test_a_mentors_invitation_is_in_the_hands_of_who_sent_it(client: Client, admin: User, provider: Organisation):
    employer = OrganisationFactory(employer=True)
    invitation = workflow.invite(employer, "mia@example.test", "Mia", Role.MENTOR, acting(admin))
    sign_in(client, admin)
    assert "mia@example.test" in client.get(PEOPLE).content.decode()
    other = MembershipFactory(admin=True).user
    with pytest.raises(NotAllowed):
        workflow.revoke(invitation.pk, by=acting(other))
    assert client.post(f"/people/invitations/{invitation.pk}/revoke/").status_code == 302
