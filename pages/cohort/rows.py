"""The rows of the cohort and of records as plain values, worked out here, so that the template only prints."""

import math
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from core import moments
from core.prepared import Row
from pages.addresses import addresses_of
from pages.templatetags.pace import rag as drawn_pace
from reports.record import Line

#: What each status is called.
STATUSES = Apprenticeship.Status.choices


def rows_of(learners: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each `reports.cohort.ROW`."""
    address = addresses_of("coverage")
    statuses = {key: "" if key == Apprenticeship.Status.ON_PROGRAMME else str(label) for key, label in STATUSES}
    standards: dict[tuple[str, str], str] = {}
    paces: dict[str, str] = {}
    rows = []
    for (
        pk,
        name,
        status,
        slug,
        version,
        reference,
        title,
        assessor,
        signed_off,
        met,
        submitted,
        needs_work,
        awaits_option,
        actual,
        expected,
        gap,
        rag,
        last_activity_at,
        planned_end_on,
    ) in learners:
        if (slug, version) not in standards:
            standards[slug, version] = reverse("pages:standard", args=[slug, version])
        if rag not in paces:
            paces[rag] = drawn_pace(rag, pace.RAG_LABELS.get(rag, ""))
        rows.append(
            {
                "address": address(pk),
                "name": name,
                "status": statuses.get(status, status),
                "standard": reference,
                "standard_address": standards[slug, version],
                "standard_title": title,
                "assessor": assessor or "–",
                "signed_off": str(signed_off),
                "met": str(met),
                "submitted": str(submitted),
                "needs_work": str(needs_work),
                "awaits_option": awaits_option,
                "has_ksbs": actual is not None,
                "actual": _whole(actual or 0),
                "expected": _whole(expected or 0),
                "pace": paces[rag],
                "gap": "" if gap is None else f"+{_whole(gap)}" if gap > 0 else _whole(gap),
                "last_activity": moments.short_day(timezone.localtime(last_activity_at)) if last_activity_at else "",
                "planned_end": moments.short_day(planned_end_on),
            }
        )
    return rows


def _whole(number: float) -> str:
    """A number without its fraction, half rounded up, as every page rounds."""
    return str(math.floor(abs(number) + 0.5) * (1 if number >= 0 else -1))


def rows_of_record(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """A row for each line of a record."""
    return [
        {
            "sequence": line.sequence,
            "at": line.at,
            "who": line.who,
            "did": f"{line.did}: {', '.join(line.details)}" if line.details else line.did,
            "about": (line.about.name if line.about else "") or "–",
            "address": line.about.address if line.about else "",
        }
        for line in lines
    ]
