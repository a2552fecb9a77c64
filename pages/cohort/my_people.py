"""An employer's view: the apprentices that a mentor looks after, and what waits for the mentor."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import roles_of
from accounts.models import Role
from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from core import moments
from pages.addresses import addresses_of
from pages.requests import Request, organisation_of
from pages.templatetags.pace import progress_bar_small, rag
from pages.templatetags.when import when
from reports import caseload as figures
from reports import owed
from reports.cohorts import cohort, cohort_file
from signing.models import Purpose, place_of

PER_PAGE = 50
_STATUSES = dict(Apprenticeship.Status.choices)
_PURPOSES = dict(Purpose.choices)


@require_GET
def my_people(request: Request) -> HttpResponse:
    """The mentor's apprentices as cards, and what they were asked for."""
    if Role.MENTOR not in roles_of(request.actor):
        raise Http404
    everybody: Any = figures.most_urgent(request.actor)
    page: Page[Any] = Paginator(everybody, PER_PAGE).get_page(request.GET.get("page"))
    asked = figures.asked_of(request.actor, request.user.email or "")
    context = {
        "page": page,
        "people": [_person(learner) for learner in cohort.rows_of(page.object_list)],
        "to_sign": [_to_sign(one) for one in owed.to_sign_as_employer(request.actor)],
        "asked": [_asked(*one) for one in asked],
        "rules": cohort_file.rule_lines(request.actor, organisation_of(request)),
    }
    return render(request, "cohort/my_people.html", context)


def _person(learner: dict[str, Any]) -> dict[str, Any]:
    actual, expected = learner["actual_percent"], learner["expected_percent"] or 0
    at = learner["last_activity_at"]
    return {
        "name": learner["apprentice__name"],
        "address": addresses_of("progress")(learner["pk"]),
        "ksbs": addresses_of("coverage")(learner["pk"]),
        "evidence": addresses_of("evidence-list")(learner["pk"]),
        "standard": learner["standard_version__title"],
        "status": _STATUSES[learner["status"]],
        "rag": rag(learner["rag"], pace.RAG_LABELS.get(learner["rag"], _("Not counted"))),
        "bar": "" if actual is None else progress_bar_small(str(int(actual + 0.5)), str(int(expected + 0.5))),
        "assessor": learner["assessor_name"] or "",
        "last": when(at) if at else _("Nothing yet"),
        "planned_end": moments.day(learner["planned_end_on"]),
    }


def _to_sign(one: owed.Owed) -> dict[str, Any]:
    return {
        "what": one.what,
        "name": one.apprentice,
        "since": when(one.since),
        "address": addresses_of("signed-version")(one.subject),
    }


def _asked(about: Any, _whose: Any, name: str, purpose: str, asked_at: Any, expires_at: Any) -> dict[str, Any]:
    return {
        "what": _PURPOSES[purpose],
        "name": name,
        "asked": when(asked_at),
        "expires": when(expires_at),
        "address": addresses_of(place_of(purpose))(about),
    }
