"""The number of learners who are ready for the gateway is that of their checklists, whatever is missing of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from assessments import workflow as assessing
from assessments.models import SignOff
from core import clock
from reports.cohorts import cohort, watching
from reports.gateway.checklist import checklist_of
from reports.gateway.readiness import refresh
from tests.assessments import quality
from tests.programme import attaining, declaring
from tests.queries import query_count
from tests.reports.conftest import just_signed_in
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def by_checklists(world: World) -> set[object]:
    """Whose checklist is done, asked of everybody one by one."""
    learners = Apprenticeship.objects.unscoped().select_related("standard_version__standard", "apprentice", "provider")
    on_programme = learners.filter(provider=world.provider, status="on_programme", undone_at=None)
    return {one.pk for one in on_programme if checklist_of(one).is_met}


def counted(world: World) -> int:
    board = cohort.board(cohort.counted(cohort.overseen_by(acting(world.admin))))
    return {name: count for name, _label, count in board.watches}[watching.GATEWAY]


def filtered(world: World) -> set[object]:
    rows = cohort.overseen_by(acting(world.admin)).filter(watching.condition(watching.GATEWAY))
    return set(rows.values_list("pk", flat=True))


def withdraw_one(world: World) -> None:
    sign_off = SignOff.objects.unscoped().filter(apprenticeship=world.apprenticeship).first()
    assessing.withdraw_sign_off(sign_off.pk, acting(world.assessor), "The advert had no date.")


def hours_removed(world: World) -> None:
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(off_the_job_minutes=60)


def started_late(world: World) -> None:
    begun = clock.today() - timedelta(days=90)
    Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk).update(started_on=begun)


def finding_open(world: World) -> None:
    quality.act_on(world, quality.plan(world).samples.unscoped().first())


def left(world: World) -> None:
    world.withdrawn()


@pytest.mark.parametrize("change", [withdraw_one, hours_removed, started_late, finding_open, left])
def test_it_is_the_number_of_the_checklists_before_and_after(world: World, change: Callable[[World], None]):
    declaring.ready(world)
    assert counted(world) == 0
    assert refresh() == 1
    assert filtered(world) == by_checklists(world) == {world.apprenticeship.pk}
    assert counted(world) == 1
    change(world)
    assert refresh() == counted(world) == 0
    assert filtered(world) == by_checklists(world) == set()


def test_somebody_with_every_ksb_and_nothing_else_is_not_counted(world: World):
    for code in ("K1", "K2", "S1", "S2", "B1"):
        world.signed_off(code)
    attaining.started(world, clock.today() - timedelta(days=500))
    assert refresh() == 0
    assert filtered(world) == by_checklists(world) == set()


def test_the_tile_leads_to_its_learners_and_costs_no_statement(client, world: World):
    just_signed_in(client, world.admin)
    before = query_count(client, reverse("pages:cohort"))
    declaring.ready(world)
    refresh()
    assert query_count(client, reverse("pages:cohort")) == before
    page = client.get(reverse("pages:cohort"), {"watch": watching.GATEWAY}).content.decode()
    assert "Ready for the gateway" in page
    assert world.apprentice.name in page
    assert world.second.apprentice.name not in page
