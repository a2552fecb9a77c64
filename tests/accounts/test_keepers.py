"""Who keeps the catalogue: the role is given by a command or another keeper, and shown in the installation's record."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import access, workflow
from accounts.models import Invitation, Membership, Role, User
from audit.models import INSTALLATION, Entry
from core import clock
from core.errors import NotAllowed, OutOfTurn
from jobs.models import Mail
from occupations.importing.writing import write
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.occupations.drafts import baker
from tests.world import acting

pytestmark = pytest.mark.django_db

KEEPERS = "/standards/keepers/"
PASSWORD = "a long enough password"  # noqa: S105  (of a made-up person)


@pytest.fixture
def keeper():
    return MembershipFactory(keeper=True).user


def signed_in(client, person, *, just_now: bool = True):
    client.force_login(person)
    if just_now:
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "reauthenticated": True, "at": clock.now().timestamp()}
        ]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    return client


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def made_by_command(*arguments: str) -> str:
    out = StringIO()
    call_command("catalogue_keeper", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_invites_the_first_keeper():
    assert "There are no catalogue keepers" in made_by_command()
    link = made_by_command("--email", "kim@example.test", "--name", "Kim Keeper").split()[-1]
    person = workflow.accept_invitation(token_of(link), PASSWORD)
    assert access.is_catalogue_keeper(acting(person))
    assert "Kim Keeper <kim@example.test> since" in made_by_command()


def test_the_command_again_sends_a_new_link():
    first, second = (
        made_by_command("--email", "kim@example.test", "--name", "Kim Keeper").split()[-1] for _twice in range(2)
    )
    assert workflow.invitation_of(token_of(first)) is None
    assert workflow.invitation_of(token_of(second)) is not None


def test_the_command_ends_even_the_last_keepers_role(keeper):
    made_by_command("--email", keeper.email, "--end")
    assert not access.is_catalogue_keeper(acting(keeper))
    with pytest.raises(CommandError):
        made_by_command("--email", keeper.email, "--end")


def test_a_keeper_invites_another_until_a_day(client, keeper):
    until = clock.today() + timedelta(days=30)
    sent = {"name": "Nina Newcomer", "email": "nina@example.test", "role_ends_on": until.isoformat()}
    assert signed_in(client, keeper).post(KEEPERS, sent).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.role) == (None, Role.CATALOGUE_KEEPER)
    assert "nina@example.test" in client.get(KEEPERS).content.decode()
    person = accepted(invitation)
    assert access.is_catalogue_keeper(acting(person))
    with clock.at(clock.now() + timedelta(days=31)):
        assert not access.is_catalogue_keeper(acting(person))


def accepted(invitation: Invitation) -> User:
    return workflow.accept_invitation(
        token_of(workflow.resend(invitation.pk, acting(invitation.invited_by)).link), PASSWORD
    )


def test_an_invitation_is_worded_alike_for_a_known_address(client, keeper):
    UserFactory(email="known@example.test", name="Real Name")
    pages = []
    for email in ("known@example.test", "nobody@example.test"):
        signed_in(client, keeper).post(KEEPERS, {"name": "Typed Name", "email": email})
        pages.append(client.get(KEEPERS).content.decode())
    assert "Real Name" not in "".join(pages)


def test_giving_and_ending_the_role_ask_for_a_recent_proof_of_identity(client, keeper):
    other = MembershipFactory(keeper=True)
    signed_in(client, keeper, just_now=False)
    for address, sent in (
        (KEEPERS, {"name": "Nina", "email": "nina@example.test"}),
        (reverse("pages:keeper-end", args=[other.pk]), {}),
    ):
        assert client.post(address, sent).url.startswith("/account/reauthenticate/")
    assert not Invitation.objects.exists()
    assert access.is_catalogue_keeper(acting(other.user))


def test_a_keeper_needs_a_second_factor(client, keeper, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    assert signed_in(client, keeper).get(KEEPERS).url == "/account/2fa/"


def test_both_are_in_the_installations_record_and_keepers_read_it(client, keeper):
    other = accepted(workflow.invite(None, "nina@example.test", "Nina Newcomer", Role.CATALOGUE_KEEPER, acting(keeper)))
    write(baker(), acting(keeper))
    workflow.end_membership(other.memberships.get().pk, by=acting(keeper))
    granted, ended = Entry.objects.filter(action__startswith="membership.").order_by("sequence")
    assert (granted.chain_id, ended.chain_id) == (INSTALLATION, INSTALLATION)
    assert granted.data["role"] == ended.data["role"] == "catalogue_keeper"
    text = signed_in(client, keeper).get("/standards/record/").content.decode()
    for words in ("Nina Newcomer", "gave a role to somebody", "ended somebody’s role", "ST0123 Baker"):
        assert words in text


def test_the_catalogues_record_shows_nothing_of_peoples_sign_in(client, keeper):
    with transaction.atomic():
        workflow.rename(keeper, "Another Name")
    assert "person renamed" not in signed_in(client, keeper).get("/standards/record/").content.decode()


def test_nobody_else_gives_or_ends_the_role(keeper):
    admin = MembershipFactory(admin=True).user
    with pytest.raises(NotAllowed):
        workflow.invite(None, "nina@example.test", "Nina", Role.CATALOGUE_KEEPER, acting(admin))
    with pytest.raises(NotAllowed):
        workflow.end_membership(keeper.memberships.get().pk, by=acting(admin))
    with pytest.raises(NotAllowed):
        workflow.invite(None, "nina@example.test", "Nina", Role.PROVIDER_ADMIN, acting(keeper))


def test_a_provider_cannot_give_the_role_as_one_of_its_own():
    admin = MembershipFactory(admin=True)
    with pytest.raises(NotAllowed):
        workflow.invite(admin.organisation, "nina@example.test", "Nina", Role.CATALOGUE_KEEPER, acting(admin.user))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=admin.user, organisation=admin.organisation, role=Role.CATALOGUE_KEEPER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=admin.user, organisation=None, role=Role.PROVIDER_ADMIN)


def test_the_last_keeper_cannot_leave_by_the_page(keeper):
    with pytest.raises(OutOfTurn):
        workflow.end_membership(keeper.memberships.get().pk, by=acting(keeper))


def test_invitations_of_a_keeper_end_with_their_role(keeper):
    other = MembershipFactory(keeper=True)
    invitation = workflow.invite(None, "nina@example.test", "Nina", Role.CATALOGUE_KEEPER, acting(other.user))
    workflow.end_membership(other.pk, by=acting(keeper))
    assert workflow.invitation_of(token_of(invitation.link)) is None


def test_keeping_the_catalogue_opens_nobodys_people(client, keeper):
    MembershipFactory(admin=True)
    signed_in(client, keeper)
    for address in ("/people/", "/people/invite/"):
        assert client.get(address).status_code == 403
    for address in ("/record/", "/cohort/"):
        assert client.get(address).status_code == 404
    assert client.get("/").url == "/standards/"


def test_an_admin_sees_no_keepers_among_their_people(client, keeper):
    workflow.invite(None, "nina@example.test", "Nina Newcomer", Role.CATALOGUE_KEEPER, acting(keeper))
    admin = MembershipFactory(admin=True).user
    Membership.objects.create(user=admin, role=Role.CATALOGUE_KEEPER)
    assert "Nina" not in signed_in(client, admin).get("/people/").content.decode()
    assert client.get("/account/profile/").status_code == 200
    assert client.get("/account/acting/").status_code == 200


def test_the_mail_says_what_it_is_about(keeper):
    invitation = workflow.invite(None, "nina@example.test", "Nina Newcomer", Role.CATALOGUE_KEEPER, acting(keeper))
    assert Mail.objects.about([invitation.pk])
    text = render_to_string("accounts/email/invitation.txt", {"invitation": invitation, "link": invitation.link})
    assert "catalogue of standards" in text
    assert "None" not in text
