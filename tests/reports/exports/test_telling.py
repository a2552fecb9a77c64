"""Whoever asked for a file is told when it is ready or could not be made; how they are mailed is theirs to choose."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import workflow as accounts
from accounts.models import Membership, Role
from core import clock
from core.actor import SYSTEM, Actor
from notifications import outbox, workflow
from notifications.kinds import How, Kind
from notifications.models import Notice
from reports.exports.making import fail, make_export
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export, delete_export, download_export
from tests.notifications.worker import LATER, digest, mailed, told
from tests.world import World, acting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path) -> None:
    settings.UPLOAD_SPOOL = tmp_path / "spool"


def asked(world: World) -> Export:
    about = {"given": {}, "sort": "", "chosen": []}
    return ask_for_export(Export.Kind.LEARNERS, acting(world.admin), provider_id=world.provider.pk, asked_for=about)


def made(world: World, after: timedelta = timedelta(minutes=5)) -> Export:
    export = asked(world)
    with clock.at(clock.now() + after):
        make_export(export.pk)
    return export


def own_news(world: World) -> list[str]:
    return [news for news in told(world.admin) if news.startswith("export")]


def test_whoever_asked_is_told_and_nobody_else(world: World):
    made(world)
    outbox.read_all()
    assert {row.person for row in Notice.objects.filter(news="export_ready")} == {world.admin}
    (message,) = mailed(world.admin, LATER + timedelta(minutes=5))
    assert message.subject == "The file that you asked for is ready to download"
    assert reverse("pages:exports") in message.body


def test_what_was_there_at_once_is_told_in_the_app_and_mailed_to_nobody(world: World):
    made(world, timedelta(seconds=5))
    assert own_news(world) == ["export_ready"]
    assert mailed(world.admin, LATER + timedelta(minutes=5)) == digest(world.admin) == []


def test_what_could_not_be_made_is_told_and_mailed(world: World):
    fail(asked(world).pk, "The storage was away.")
    assert own_news(world) == ["export_failed"]
    (message,) = mailed(world.admin)
    assert "could not be made" in message.body
    assert "storage" not in message.body


def test_each_person_chooses_how_they_are_told_of_files(world: World):
    workflow.choose_emails(acting(world.admin), {Kind.FILE: How.NEVER})
    made(world)
    assert mailed(world.admin, LATER + timedelta(minutes=5)) == []
    assert own_news(world) == ["export_ready"]


@pytest.mark.parametrize("act", [download_export, delete_export])
def test_a_file_that_was_fetched_or_deleted_is_no_news(world: World, act):
    export = made(world)
    outbox.read_all()
    act(export.pk, acting(world.admin))
    outbox.read_all()
    assert not Notice.objects.filter(news="export_ready", read_at=None).exists()
    assert mailed(world.admin, LATER + timedelta(minutes=5)) == []


def test_a_file_that_somebody_may_not_have_any_more_is_not_mailed(world: World):
    made(world)
    outbox.read_all()
    # An admin of the provider no more, but still somebody there.
    Membership.objects.create(
        user=world.admin, organisation=world.provider, role=Role.TRAINER, started_on=clock.today()
    )
    Membership.objects.filter(user=world.admin, role=Role.PROVIDER_ADMIN).update(ended_on=clock.today())
    assert mailed(world.admin, LATER + timedelta(minutes=5)) == []


def test_whoever_leaves_the_provider_loses_their_notices(world: World):
    made(world)
    outbox.read_all()
    membership = Membership.objects.get(user=world.admin, role=Role.PROVIDER_ADMIN)
    accounts.end_membership(membership.pk, SYSTEM, "They left.")
    outbox.read_all()
    assert not Notice.objects.filter(person=world.admin, news="export_ready").exists()


def test_a_notice_of_ones_own_is_seen_where_it_belongs_and_nowhere_else(client, world: World):
    made(world)
    outbox.read_all()
    notice = Notice.objects.get(news="export_ready")
    seen = Notice.objects.visible_to
    assert list(seen(acting(world.admin)).filter(pk=notice.pk)) == [notice]
    assert not seen(Actor(world.admin.pk)).filter(pk=notice.pk).exists()
    assert not seen(Actor(world.admin.pk, world.other_provider.pk)).filter(pk=notice.pk).exists()
    for person in (world.iqa, world.viewer, world.assessor, world.apprentice):
        assert not seen(acting(person)).filter(pk=notice.pk).exists()
    client.force_login(world.admin)
    page = client.get(reverse("pages:notices")).content.decode()
    assert "The file that you asked for is ready to download." in page
    answer = client.post(reverse("pages:notice-open", args=[notice.pk]))
    assert answer["Location"] == reverse("pages:exports")
