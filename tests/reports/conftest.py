import time

import pytest
from django.test import Client

from accounts.models import User
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def just_signed_in(client: Client, user: User) -> Client:
    """`client` as after typing the password a moment ago."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
