"""Whoever has signed in is read again at each request, with their session."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db
PROFILE = "/account/profile/"


def test_a_session_past_its_time_or_deleted_is_nobodys(client: Client, stranger: User):
    sign_in(client, stranger)
    assert client.get(PROFILE).status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(PROFILE).status_code == 302
    sign_in(client, stranger)
    Session.objects.all().delete()
    assert client.get(PROFILE).status_code == 302


def test_who_may_not_sign_in_any_more_is_out_at_once(client: Client, stranger: User):
    sign_in(client, stranger)
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    assert client.get(PROFILE).status_code == 302


def test_another_password_ends_the_sessions_that_began_with_the_old_one(client: Client, stranger: User):
    sign_in(client, stranger)
    stranger.set_password("another long password of theirs")
    stranger.save()
    assert client.get(PROFILE).status_code == 302
