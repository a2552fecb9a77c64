"""When an apprenticeship may start, how long it lasts, and which employer it is with."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.starting import require_dates
from core.errors import Incomplete

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def on_one_day():
    with time_machine.travel(f"{TODAY.isoformat()}T12:00:00Z"):
        yield


@pytest.fixture
def version(world):
    world.version.earliest_start_on, world.version.latest_start_on = date(2024, 9, 1), date(2026, 6, 30)
    return world.version


@pytest.mark.parametrize(
    ("started_on", "days", "field", "says"),
    [
        (date(2024, 8, 31), 500, "started_on", "is for starts from 1 September 2024"),
        (date(2026, 7, 1), 500, "started_on", "is for starts until 30 June 2026"),
        (date(2062, 3, 2), 500, "started_on", "more than a year away"),
        (date(2006, 3, 2), 500, "started_on", "more than 10 years ago"),
        (date(2026, 3, 2), 0, "planned_end_on", "must be after the start"),
        (date(2026, 3, 2), 1, "planned_end_on", "at least 8 months, so it must end on or after 30 October 2026"),
        (date(2026, 3, 2), 241, "planned_end_on", "at least 8 months"),
        (date(2025, 7, 31), 364, "planned_end_on", "at least 12 months, so it must end on or after 31 July 2026"),
        (date(2026, 3, 2), 3653, "planned_end_on", "more than 10 years after"),
    ],
)
def test_dates_that_break_a_rule_are_refused_by_its_name(version, started_on, days, field, says):
    with pytest.raises(Incomplete) as refused:
        require_dates(version, started_on, started_on + timedelta(days=days))
    assert refused.value.field == field
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("started_on", "days"),
    [(date(2024, 9, 1), 365), (date(2026, 6, 30), 242), (date(2025, 8, 1), 242), (date(2026, 3, 2), 3652)],
)
def test_the_first_and_last_day_that_a_rule_allows_are_taken(version, started_on, days):
    require_dates(version, started_on, started_on + timedelta(days=days))


def test_a_unit_may_be_short(version):
    version.standard.reference = "AU0001"
    require_dates(version, TODAY, TODAY + timedelta(days=30))


def enrolled(client, world, **given):
    form = {
        "token": str(uuid4()),
        "name": "Nina Newcomer",
        "email": f"{uuid4().hex}@example.test",
        "standard_version": str(world.version.pk),
        "started_on": "2/3/26",
        "planned_end_on": "2 March 2027",
    }
    client.force_login(world.admin)
    return client.post(reverse("pages:enrol"), form | given)


def test_a_refused_start_is_said_by_its_field_and_nobody_is_enrolled(client, world):
    before = Apprenticeship.objects.unscoped().count()
    answer = enrolled(client, world, started_on="2 March 2062", planned_end_on="2 March 2064", new_employer="Any")
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"started_on"}
    assert Apprenticeship.objects.unscoped().count() == before


def test_an_employer_typed_in_other_capitals_or_spaces_is_the_one_that_is_known(client, world):
    assert enrolled(client, world, new_employer="Café Rouge Ltd").status_code == 302
    assert enrolled(client, world, new_employer="  cafe   ROUGE ltd ").status_code == 302
    assert Organisation.objects.filter(name__icontains="rouge").count() == 1
