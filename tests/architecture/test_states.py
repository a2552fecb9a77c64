"""The page with the state table says what the workflow functions ask. test_machine holds real acts to it."""

from importlib import import_module

from tests.states import table


def test_the_state_table_is_made_from_the_acts_that_the_functions_ask():
    assert table().PAGE.read_text() == table().page(), "run make states"


def test_each_act_is_a_function_of_the_workflow_and_each_state_is_reached():
    acts = table().acts()
    assert [act.name for package, act in acts if not hasattr(import_module(package), act.name)] == []
    reached = {end for _package, act in acts for ends in [act.creates, *act.steps.values()] for end in map(repr, ends)}
    # What a KSB comes to follows from claims; a link expires by itself.
    by_itself = {"LinkState.EXPIRED", *(repr(state) for state in table().KsbState)}
    states = {repr(state) for states in table().THINGS for state in states}
    assert states - reached - by_itself == set()
