"""A state looks the same everywhere: an icon, a colour and a word, for each state that there is."""

import re

import pytest

from apprenticeships.models import Apprenticeship, KsbState, Outcome
from portfolios.models import Evidence
from tests.architecture.sources import ROOT

ICONS = (ROOT / "templates" / "components" / "state_icons.html").read_text()
COLOURS = (ROOT / "static" / "css" / "state.css").read_text()
STATES = [*KsbState, *Evidence.State, *Outcome]


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_an_icon(state):
    assert f'<symbol id="state-{state.value}"' in ICONS


@pytest.mark.parametrize("state", [state for state in STATES if state != KsbState.NOT_STARTED])
def test_each_state_but_the_first_has_a_colour(state):
    assert f'[data-state="{state.value}"]' in COLOURS


def test_no_icon_is_of_a_state_that_is_gone():
    assert set(re.findall(r'<symbol id="state-([^"]+)"', ICONS)) == {state.value for state in STATES}


def test_an_apprenticeship_counts_each_state_but_the_first():
    counters = {field.name for field in Apprenticeship._meta.get_fields() if field.name.endswith("_count")}
    assert counters == {"ksb_count"} | {state.counter for state in KsbState if state != KsbState.NOT_STARTED}
