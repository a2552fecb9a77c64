"""The rows of the queue as plain values: each cell is worked out here, so that the template only prints."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from assessments.waiting import assessors_of, claimed_codes
from core.prepared import Row
from pages.addresses import addresses_of
from pages.templatetags.when import when


def rows_of(submissions: Sequence[Row], *, is_assessor: bool) -> list[dict[str, Any]]:
    """A row for each submission of `assessments.waiting.queue`."""
    review, start, learner = addresses_of("review"), addresses_of("review-start"), addresses_of("coverage")
    codes = claimed_codes(frozenset(row[0] for row in submissions))
    assessors = {} if is_assessor else assessors_of(frozenset(row[5] for row in submissions))
    return [
        {
            "address": review(pk),
            "start_address": start(pk),
            "title": title,
            "round": round_,
            "has_begun": begun_at is not None,
            "apprentice": name,
            "apprentice_address": learner(apprenticeship),
            "codes": codes.get(pk, ""),
            "submitted": when(submitted_at),
            "assessor": assessors.get(apprenticeship, ""),
        }
        for pk, round_, submitted_at, begun_at, title, apprenticeship, name in submissions
    ]


def learners_of(to_confirm: Sequence[Row]) -> list[dict[str, Any]]:
    """Each learner of `assessments.waiting.to_confirm` with the KSBs to confirm."""
    address = addresses_of("coverage")
    return [
        {
            "name": name,
            "address": address(pk),
            "ksbs": [{"code": code, "address": f"{address(pk)}ksbs/{code}/"} for _, _, code in rows],
        }
        for (pk, name), rows in groupby(to_confirm, lambda row: row[:2])
    ]
