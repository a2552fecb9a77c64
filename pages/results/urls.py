"""Addresses of results of outcomes."""

from django.urls import path

from pages.results import marking, results

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/outcomes/", results.outcome_results, name="outcome-results"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/outcomes/<uuid:outcome_id>/mark/",
        marking.outcome_mark,
        name="outcome-mark",
    ),
    path("outcome-results/<uuid:outcome_result_id>/", results.outcome_result, name="outcome-result"),
    path(
        "outcome-results/<uuid:outcome_result_id>/correct/",
        marking.outcome_result_correct,
        name="outcome-result-correct",
    ),
    path(
        "outcome-results/<uuid:outcome_result_id>/mark-again/",
        marking.outcome_mark_again,
        name="outcome-mark-again",
    ),
    path(
        "outcome-results/<uuid:outcome_result_id>/release/",
        marking.outcome_result_release,
        name="outcome-result-release",
    ),
]
