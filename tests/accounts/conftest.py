"""Who the tests of people are about."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Membership, Organisation, User
from tests.factories.accounts import PASSWORD, MembershipFactory, OrganisationFactory, UserFactory


@pytest.fixture
def provider(db: None) -> Organisation:
    return OrganisationFactory(name="Northway Training")


@pytest.fixture
def admin(provider: Organisation) -> User:
    return MembershipFactory(organisation=provider, admin=True, user__name="Ada Admin").user


@pytest.fixture
def assessor_membership(provider: Organisation) -> Membership:
    return MembershipFactory(organisation=provider, user__name="Asa Assessor")


@pytest.fixture
def stranger(db: None) -> User:
    return UserFactory(email="stranger@example.test")


def text_of(response: HttpResponse) -> str:
    """The page as everybody would get it: without the token that is another one each time."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "TOKEN", response.content.decode())


def sign_in(client: Client, user: User, **extra: str) -> None:
    """Sign in as people do, with address and password on the page."""
    client.post("/account/login/", {"login": user.email, "password": PASSWORD}, **extra)
