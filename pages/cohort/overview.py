"""The cohort at a glance: trend, whom to look at first, groups, feedback, and the figures of the framework."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.models import Organisation
from apprenticeships import pace
from apprenticeships.access import sees_cohort
from apprenticeships.pace import DEFAULT_LIMITS
from apprenticeships.pace_rules import limits_of
from pages.addresses import addresses_of
from pages.pictures.shapes import number
from pages.pictures.tables import asked_file
from pages.requests import Request, organisation_of
from pages.table_files import table_file
from pages.templatetags.pace import rag
from reports.cohorts import cohort as figures
from reports.cohorts import overview as glance
from reports.pictures import Picture
from reports.tables.suppression import FEWEST
from reports.tables.suppression import shown as large_enough

_STANDING = {
    "green": gettext_lazy("Within the limit"),
    "amber": gettext_lazy("Needs improvement"),
    "red": gettext_lazy("At risk"),
}


@require_GET
def overview(request: Request) -> HttpResponseBase:
    """The overview; with `by`, grouped by something else; with `shared`, without small groups and names."""
    if not sees_cohort(request.actor):
        raise Http404
    by = given if (given := request.GET.get("by", "")) in glance.DIMENSIONS else "assessor"
    is_shared = "shared" in request.GET
    groups, left_out = glance.groups(request.actor, by), 0
    if is_shared:
        groups, left_out = large_enough(groups, lambda group: group.learners)
    organisation = organisation_of(request)
    is_provider = organisation.kind == Organisation.Kind.PROVIDER
    limits = limits_of(organisation.pk) if is_provider else DEFAULT_LIMITS
    activity = glance.activity(request.actor)
    pictures: list[Picture] = [
        glance.trend(activity),
        glance.feedback(activity),
        glance.picture_of(groups, by),
    ]
    if request.GET.get("csv", request.GET.get("xlsx")) == "groups":
        return table_file(glance.table_of(groups, by, left_out), "xlsx" if "xlsx" in request.GET else "csv")
    if file := asked_file(request, pictures):
        return file
    board = figures.board(figures.counted_of_everybody(request.actor))
    context = {
        "board": board,
        "cohort": reverse("pages:cohort"),
        "pictures": pictures,
        "worries": [] if is_shared else _worries(request),
        "worry_rule": glance.WORRY_RULE,
        "by": by,
        "dimensions": [(name, label) for name, (label, _fields) in glance.DIMENSIONS.items()],
        "dimension": glance.DIMENSIONS[by][0],
        "groups": _group_rows(groups, by),
        "paces": list(pace.RAG_LABELS.values()),
        "is_shared": is_shared,
        "left_out": left_out,
        "fewest": FEWEST,
        "shares": _share_rows(glance.shares(request.actor, limits)) if is_provider else [],
        "rules": [pace.rule_words(limits)],
    }
    return render(request, "cohort/overview.html", context)


def _worries(request: Request) -> list[dict[str, Any]]:
    address = addresses_of("progress")
    return [
        {
            "name": one.name,
            "address": address(one.pk),
            "standard": one.standard,
            "assessor": one.assessor,
            "rag": rag(one.rag, pace.RAG_LABELS.get(one.rag, _("Not counted"))),
            "why": one.why,
        }
        for one in glance.worries(request.actor)
    ]


def _group_rows(groups: list[glance.Group], by: str) -> list[dict[str, Any]]:
    """Each group with the address of its learners, and a cell with its address for each pace."""
    cohort = reverse("pages:cohort")
    names = list(pace.RAG_LABELS)
    labels = list(pace.RAG_LABELS.values())
    rows = []
    for group in groups:
        address = f"{cohort}?{urlencode({by: group.key})}"
        rows.append(
            {
                "name": group.name,
                "address": address,
                "learners": group.learners,
                "counted": group.counted,
                "cells": [
                    {"label": label, "count": count, "address": f"{address}&rag={name}"}
                    for name, label, count in zip(names, labels, group.paces, strict=True)
                ],
                "actual": _percent(group.actual),
                "expected": _percent(group.expected),
                "gap": "–" if group.gap is None else f"{'+' if group.gap > 0 else ''}{number(group.gap)}",
            }
        )
    return rows


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{number(value)}%"


def _share_rows(shares: list[glance.Share]) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "percent": _percent(one.percent),
            "count": one.count,
            "of": one.of,
            "of_whom": one.of_whom,
            "rule": one.rule,
            "standing": rag(one.rag, str(_STANDING[one.rag])) if one.of else "",
        }
        for one in shares
    ]
