"""The rows of the queue as plain values: each cell is worked out here, so that the template only prints."""

from collections.abc import Iterable
from typing import Any

from assessments.models import Submission
from pages.addresses import addresses_of
from pages.templatetags.when import when


def rows_of(submissions: Iterable[Submission]) -> list[dict[str, Any]]:
    """A row for each submission, which was read `with_queue_columns`."""
    review, start, learner = addresses_of("review"), addresses_of("review-start"), addresses_of("coverage")
    rows = []
    for submission in submissions:
        apprenticeship = submission.evidence.apprenticeship
        rows.append(
            {
                "address": review(submission.pk),
                "start_address": start(submission.pk),
                "title": submission.snapshot.content["title"],
                "round": submission.round,
                "has_begun": submission.review_started_at is not None,
                "apprentice": apprenticeship.apprentice.name,
                "apprentice_address": learner(apprenticeship.pk),
                "codes": ", ".join(claim.ksb.code for claim in submission.claims.all()),
                "submitted": when(submission.submitted_at),
                "assessor": ", ".join(
                    assignment.person.name
                    for assignment in apprenticeship.live_assignments
                    if assignment.role == "assessor"
                ),
            }
        )
    return rows
