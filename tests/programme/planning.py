"""What tests of training plans do to get somewhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from core import clock
from programme import workflow
from programme.models import Party, SignedVersion
from programme.planning.plan import Item
from tests.programme.reviewing import sign
from tests.world import World, acting


def item(world: World, **given: Any) -> Item:
    """Something that is taught a month from now, with more hours than any rule asks for."""
    told = {"id": str(uuid4()), "title": "Writing adverts", "kind": "teaching", "deliverer": "Nina Tutor"}
    told |= {"due_on": clock.today() + timedelta(days=30), "hours": 400, "ksbs": ("K1", "S1")}
    return Item(**told | given)


def keep(world: World, one: Item | None = None, by: Any = None, **given: Any) -> Item:
    one = one or item(world, **given)
    workflow.keep_plan_item(world.apprenticeship.pk, acting(by or world.assessor), one)
    return one


def offer(world: World, *, reason: str = "", by: Any = None, **given: Any) -> SignedVersion:
    """A plan with one more item, offered by the assessor."""
    keep(world, **given)
    return workflow.offer_plan(world.apprenticeship.pk, acting(by or world.assessor), reason=reason)


def stands(world: World, **given: Any) -> SignedVersion:
    """A plan that all three have signed."""
    version = offer(world, **given)
    sign(world, version, Party.APPRENTICE)
    sign(world, version, Party.EMPLOYER)
    return version
