"""The rows of the cohort's table as plain values: each cell is worked out here, so that the template only prints."""

import math
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from core import moments
from pages.addresses import addresses_of


def rows_of(apprenticeships: Iterable[Apprenticeship]) -> list[dict[str, Any]]:
    """A row for each apprenticeship, which has the figures of `reports.cohort.overseen_by`."""
    address = addresses_of("coverage")
    standards: dict[Any, str] = {}
    rows = []
    for one in apprenticeships:
        version = one.standard_version
        if version.pk not in standards:
            standards[version.pk] = reverse("pages:standard", args=[version.standard.slug, version.version])
        gap = one.gap_points
        rows.append(
            {
                "address": address(one.pk),
                "name": one.apprentice.name,
                "status": "" if one.status == Apprenticeship.Status.ON_PROGRAMME else one.get_status_display(),
                "standard": version.standard.reference,
                "standard_address": standards[version.pk],
                "standard_title": version.title,
                "assessor": one.assessor_name or "–",
                "signed_off": one.signed_off_count,
                "met": one.met_count,
                "submitted": one.submitted_count,
                "needs_work": one.needs_work_count,
                "awaits_option": one.awaits_option,
                "has_ksbs": one.actual_percent is not None,
                "actual": _whole(one.actual_percent or 0),
                "expected": _whole(one.expected_percent or 0),
                "rag": one.rag,
                "rag_label": pace.RAG_LABELS.get(one.rag, ""),
                "gap": "" if gap is None else f"+{_whole(gap)}" if gap > 0 else _whole(gap),
                "last_activity": moments.short_day(timezone.localtime(one.last_activity_at))
                if one.last_activity_at
                else "",
                "planned_end": moments.short_day(one.planned_end_on),
            }
        )
    return rows


def _whole(number: float) -> str:
    """A number without its fraction, half rounded up, as every page rounds."""
    return str(math.floor(abs(number) + 0.5) * (1 if number >= 0 else -1))
