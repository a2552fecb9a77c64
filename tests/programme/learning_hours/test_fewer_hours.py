"""Fewer hours than planned at the end: the statement that the employer signs."""

import re

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core.errors import Incomplete, NotAllowed, OutOfTurn
from programme import workflow
from programme.planning.fewer_hours import HoursEnd, hours_end_of
from tests.programme.learning import confirm, log
from tests.programme.planning import stands
from tests.programme.reviewing import ask, sign, sign_by_link
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def end(world: World) -> HoursEnd:
    rows = Apprenticeship.objects.unscoped().select_related("standard_version__standard")
    return hours_end_of(rows.get(pk=world.apprenticeship.pk))


def test_the_employers_signature_settles_what_was_lacking_then(world: World):
    stands(world, hours=400)
    confirm(world, log(world))
    assert (end(world).lacking, end(world).is_settled) == (399 * 60, False)
    with pytest.raises(NotAllowed):
        workflow.state_fewer_hours(world.apprenticeship.pk, acting(world.apprentice), why="I was ill.")
    with pytest.raises(Incomplete):
        workflow.state_fewer_hours(world.apprenticeship.pk, acting(world.assessor), why=" ")
    made = workflow.state_fewer_hours(world.apprenticeship.pk, acting(world.assessor), why="Ill for a month.")
    again = workflow.state_fewer_hours(world.apprenticeship.pk, acting(world.assessor), why="Ill for a month.")
    assert (made, end(world).is_settled) == (again, False)
    with pytest.raises(NotAllowed):
        sign(world, made, "apprentice")
    sign_by_link(ask(world, made))
    assert end(world).is_settled
    stands(world, hours=1, reason="More.")
    assert not end(world).is_settled


def test_nothing_is_signed_where_nothing_is_lacking(client, world: World):
    stands(world, hours=400)
    client.force_login(world.assessor)
    address = reverse("pages:fewer-hours", args=[world.apprenticeship.pk])
    assert client.post(address, {"why": ""}).status_code == 422
    page = client.get(address).content.decode()
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    confirm(world, log(world))
    changed = client.post(address, {"why": "Ill.", "shown": shown})
    assert changed.status_code == 422
    page = changed.content.decode()
    assert "The hours have changed since" in page
    assert "Ill." in page
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    assert client.post(address, {"why": "Ill.", "shown": shown}).status_code == 302
    assert "Not signed yet" in client.get(address).content.decode()
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(off_the_job_minutes=400 * 60)
    with pytest.raises(OutOfTurn):
        workflow.state_fewer_hours(world.apprenticeship.pk, acting(world.assessor), why="Ill.")
