"""What tests of skills scans do to get somewhere."""

from typing import Any
from uuid import uuid4

from apprenticeships.models import Apprenticeship
from programme import workflow
from programme.models import SkillsScan
from programme.scanning.distance import Distance, distances, scans_of
from programme.scanning.ratings import asked_of, field_of
from signing import workflow as signing
from signing.models import Link
from tests.programme.reviewing import token_of
from tests.signing.people import contact_at
from tests.world import World, acting


def learner(world: World) -> Apprenticeship:
    rows = Apprenticeship.objects.unscoped().select_related("apprentice", "provider", "employer")
    return rows.select_related("standard_version__standard").get(pk=world.apprenticeship.pk)


def ratings(world: World, rating: str = "not_yet", **others: str) -> dict[str, str]:
    """What the form says: one rating for each KSB, or another for some (`K1="alone"`)."""
    return {field_of(one.code): others.get(one.code, rating) for one in asked_of(learner(world))}


def hand_in(world: World, rating: str = "not_yet", *, by: Any = None, pk: Any = None, **others: str) -> SkillsScan:
    """A scan of the apprentice, unless told who else rates."""
    words = ratings(world, rating, **others)
    return workflow.hand_in_scan(
        world.apprenticeship.pk, acting(by or world.apprentice), scan_id=pk or uuid4(), words=words
    )


def asked(world: World, **contact: str) -> Link:
    """The recorded contact of the employer, asked to rate by a link."""
    to = contact_at(world, **contact)
    return workflow.ask_employer_to_rate(world.apprenticeship.pk, acting(world.assessor), contact_id=to.pk)


def rate_by_link(world: World, link: Link, rating: str = "with_help", **others: str) -> SkillsScan:
    token = token_of(link)
    shown = signing.start(token).edition(has_changed=False)
    words = ratings(world, rating, **others)
    made = workflow.rate_by_link(token, shown=shown, name="Carla Contact", role="Depot manager", words=words)
    return SkillsScan.objects.unscoped().get(link_signature=made)


def travelled(world: World) -> list[Distance]:
    whose = learner(world)
    return distances(asked_of(whose), scans_of(whose.pk), whose.standard_version_id)
