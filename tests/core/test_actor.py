"""On whose behalf something is asked: nothing falls open."""

from uuid import uuid4

import pytest

from apprenticeships.models import Apprenticeship
from core.actor import ANYBODY, SYSTEM, Actor
from tests.world import make_world


def test_only_a_person_acts_for_an_organisation():
    with pytest.raises(ValueError, match="Only a person acts"):
        Actor(organisation_id=uuid4())
    with pytest.raises(ValueError, match="acts for nobody"):
        Actor(uuid4(), uuid4(), is_system=True)


def test_who_holds_a_link_is_no_person_and_not_the_system():
    for other in ({"person_id": uuid4()}, {"is_system": True}):
        with pytest.raises(ValueError, match="holds a link"):
            Actor(link_id=uuid4(), **other)


def test_neither_the_system_nor_a_visitor_is_taken_for_a_person():
    for actor in (ANYBODY, SYSTEM):
        with pytest.raises(ValueError, match="takes a person"):
            _ = actor.person


@pytest.mark.django_db
def test_who_acts_for_no_organisation_sees_their_own_apprenticeship_alone():
    world = make_world()
    seen = Apprenticeship.objects.visible_to
    assert list(seen(ANYBODY)) == list(seen(SYSTEM)) == list(seen(Actor(world.admin.pk))) == []
    assert list(seen(Actor(world.apprentice.pk))) == [world.apprenticeship]
    assert world.apprenticeship in seen(Actor(world.admin.pk, world.provider.pk))
    assert world.apprenticeship not in seen(Actor(world.admin.pk, world.other_provider.pk))
