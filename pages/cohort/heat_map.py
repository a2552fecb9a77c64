"""The heat map: which KSBs of a standard are weak, by start month."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from apprenticeships.access import sees_cohort
from core.readable import readable
from pages.pictures.tables import asked_file
from pages.requests import Request
from reports.cohorts import heat_map as figures


@require_GET
def heat_map(request: Request) -> HttpResponseBase:
    """The map of one version of a standard: the one that most learn, unless another is asked for."""
    if not sees_cohort(request.actor):
        raise Http404
    versions = figures.versions(request.actor)
    chosen = _chosen(request.GET.get("standard", ""), versions)
    measure = given if (given := request.GET.get("of", "")) in figures.MEASURES else "signed_off"
    context: dict[str, Any] = {
        "versions": [(str(pk), name, learners) for pk, name, learners in versions],
        "chosen": str(chosen or ""),
        "measures": [(name, label) for name, (label, _states) in figures.MEASURES.items()],
        "measure": measure,
        "is_shared": "shared" in request.GET,
    }
    if chosen:
        cohort = reverse("pages:cohort")

        def address(ksb: UUID) -> str:
            return f"{cohort}?{urlencode({'standard': str(chosen), 'lacks': str(ksb)})}"

        heat = figures.heat(request.actor, chosen, measure, address, is_shared=context["is_shared"])
        if file := asked_file(request, [heat.picture]):
            return file
        context |= {
            "heat": heat.picture,
            "left_out": heat.left_out,
            "weakest": [
                {
                    "code": code,
                    "statement": readable(statement),
                    "percent": int(percent + 0.5),
                    "address": address(pk),
                }
                for pk, code, statement, percent in heat.weakest
            ],
        }
    return render(request, "cohort/heat_map.html", context)


def _chosen(given: str, versions: list[tuple[UUID, str, int]]) -> UUID | None:
    """The version that is asked for, if somebody learns it; otherwise the one that most learn."""
    known = {str(pk): pk for pk, _name, _learners in versions}
    return known.get(given) or (versions[0][0] if versions else None)
