"""Results of outcomes as plain values: each row is worked out here, and templates only print."""

from typing import Any

from django.utils.safestring import SafeString

from assessments.results.standing import Marked, OutcomeResults
from assessments.results.states import ResultState
from core import moments
from pages.addresses import addresses_of
from pages.templatetags.pace import rag
from pages.templatetags.when import when

_COLOURS = {
    ResultState.MARKED: "amber",
    ResultState.DISAGREED: "red",
    ResultState.STANDARDISED: "amber",
    ResultState.SENT_BACK: "red",
    ResultState.RELEASED: "green",
    ResultState.SUPERSEDED: "none",
}


def drawn_result_state(state: ResultState) -> SafeString:
    """The markup of the state of a result."""
    return rag(_COLOURS[state], state.label)


def outcome_row(of: OutcomeResults, *, may_mark: bool, shows_states: bool) -> dict[str, Any]:
    """One outcome with its results, the newest attempt first."""
    corrected = {result.supersedes_id for result, _state in of.marked}
    return {
        "outcome": of.outcome,
        "is_of_today": of.is_of_today,
        "results": [
            result_row(one, shows_states=shows_states, is_corrected=one.result.pk in corrected)
            for one in reversed(of.marked)
        ],
        "next_attempt": of.next_attempt if may_mark and of.is_of_today else None,
    }


def result_row(one: Marked, *, shows_states: bool, is_corrected: bool) -> dict[str, Any]:
    """One result. Whoever is told of released ones alone sees no state but that one was corrected.

    Args:
        is_corrected: whether a result that corrects it is among those that the reader sees.
    """
    result, state = one
    return {
        "pk": result.pk,
        "address": addresses_of("outcome-result")(result.pk),
        "attempt": result.attempt,
        "grade": result.get_grade_display(),
        "assessed_on": moments.day(result.assessed_on),
        "is_superseded": is_corrected,
        "state": drawn_result_state(state) if shows_states or is_corrected else "",
        "marker": result.marker.name,
        "at": when(result.at),
    }
