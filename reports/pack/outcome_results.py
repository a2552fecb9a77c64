"""What a pack says of the outcomes that the provider marked: results that were released, with who and when."""

from typing import Any

from assessments.models import OutcomeResult, ResultGround, SecondMark
from assessments.results.standing import all_results, by_outcome
from assessments.results.states import ResultState
from reports.pack.reading import Data, Reader


def outcome_results(read: Reader) -> list[Data]:
    """Each outcome of which something was released, with its results in order, those that were corrected too."""
    outcomes = by_outcome(read.apprenticeship, all_results(read.apprenticeship))
    released = [one.result.pk for of in outcomes for one in of.marked if hasattr(one.result, "release")]
    pieces = ResultGround.objects.filter(result__in=released).values_list("result", "submission")
    again: dict[Any, list[Data]] = {}
    for mark in SecondMark.objects.unscoped().filter(result__in=released).select_related("by").order_by("number"):
        read.note("assessments.secondmark", mark.pk)
        again.setdefault(mark.result_id, []).append(
            {
                "id": mark.pk,
                "grade": mark.grade,
                "by": read.who(mark.by),
                "at": mark.at,
                "standardisation": mark.record_id,
            }
        )
    rests_on: dict[Any, list[str]] = {}
    for result, submission in pieces:
        rests_on.setdefault(result, []).append(str(submission))
    found = []
    for of in outcomes:
        results = [
            _result(read, one.result, one.state, again.get(one.result.pk, []), rests_on.get(one.result.pk, []))
            for one in of.marked
            if one.result.pk in released
        ]
        if results:
            found.append({"code": of.outcome.code, "title": of.outcome.title, "results": results})
    return found


def _result(read: Reader, row: OutcomeResult, state: ResultState, again: list[Data], pieces: list[str]) -> Data:
    read.note("assessments.outcomeresult", row.pk)
    read.note("assessments.resultrelease", row.release.pk)
    return {
        "id": row.pk,
        "attempt": row.attempt,
        "assessed_on": row.assessed_on,
        "grade": row.grade,
        "grade_in_words": row.get_grade_display(),
        "feedback": row.feedback,
        "submissions": sorted(pieces),
        "rests_on": row.rests_on,
        "marked_by": read.who(row.marker),
        "marked_at": row.at,
        "second_marks": again,
        "released_by": read.who(row.release.by),
        "released_at": row.release.at,
        "corrects": row.supersedes_id,
        "reason": row.reason,
        "stands": state != ResultState.SUPERSEDED,
    }
