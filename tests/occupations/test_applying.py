"""Which KSBs somebody on a version with an option has to show."""

import pytest

from occupations.models import Ksb, Option, StandardVersion
from tests.world import make_version


@pytest.fixture
def version(db: None) -> StandardVersion:
    """K1, S1 and B1 are core; K2 is of one option, S2 of both."""
    made = make_version()
    one, other = (Option.objects.create(version=made, position=n, title=f"Option {n}") for n in (1, 2))
    made.ksbs.get(code="K2").options.add(one)
    made.ksbs.get(code="S2").options.add(one, other)
    return made


def codes(version: StandardVersion, option: Option | None) -> list[str]:
    return [ksb.code for ksb in Ksb.objects.applying_to(version, option).in_order()]


def test_without_options_everything_applies(db: None) -> None:
    assert codes(make_version(), None) == ["K1", "K2", "S1", "S2", "B1"]


def test_with_an_option_its_own_apply_beside_the_core(version: StandardVersion) -> None:
    one, other = version.options.all()
    assert codes(version, one) == ["K1", "K2", "S1", "S2", "B1"]
    assert codes(version, other) == ["K1", "S1", "S2", "B1"]


def test_nothing_applies_until_an_option_is_chosen(version: StandardVersion) -> None:
    assert codes(version, None) == []


def test_options_that_no_ksb_belongs_to_need_no_choice(db: None) -> None:
    made = make_version()
    Option.objects.create(version=made, position=1, title="Only a name")
    assert codes(made, None) == ["K1", "K2", "S1", "S2", "B1"]
