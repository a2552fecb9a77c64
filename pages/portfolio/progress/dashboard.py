"""The dashboard of one learner: how far, how fast, what next; on paper and as a PDF as well."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apprenticeships import pace
from apprenticeships.access import assesses, is_own
from apprenticeships.models import Apprenticeship, KsbState
from audit import chain as audit
from core import clock, moments
from core.actor import Actor
from pages.addresses import addresses_of
from pages.pictures import paper
from pages.pictures.drawing import svg
from pages.pictures.tables import asked_file, drawn_table
from pages.portfolio.progress.next_steps import duty_counts, steps
from pages.requests import Request
from portfolios import access, listing
from reports import owed
from reports.audit_actions import PROGRESS_EXPORTED
from reports.learners import learner as figures
from reports.learners.forecast import method
from reports.paper.learner_paper import Paper
from reports.paper.typesetting import set_as_pdf

#: Where the KSBs of a layer are: those of its own state.
_STATE_OF_LAYER = {
    "signed_off": KsbState.SIGNED_OFF,
    "met": KsbState.MET,
    "submitted": KsbState.SUBMITTED,
    "claimed": KsbState.IN_PROGRESS,
}


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    learner = figures.found(request.actor, apprenticeship=apprenticeship_id).first()
    if learner is None:
        raise Http404
    found: Apprenticeship = learner
    return found


@require_GET
def progress(request: Request, apprenticeship_id: UUID) -> HttpResponseBase:
    """The dashboard; with `csv` or `xlsx` and the name of a picture, the numbers of that picture as a file."""
    learner = _learner(request, apprenticeship_id)
    shown = figures.figures(request.actor, learner)
    if file := asked_file(request, shown.pictures):
        return file
    can_add = access.can_add_evidence(request.actor, learner)
    context = _context(request.actor, learner, shown) | {
        "steps": steps(
            learner,
            shown.ksbs,
            listing.latest(request.actor, apprenticeship=learner.pk),
            duty_counts(shown.duties),
            owed.to_sign_as_apprentice(request.actor, learner) if is_own(request.actor, learner) else (),
            can_add=can_add,
            can_sign_off=assesses(request.actor, learner),
        ),
    }
    return render(request, "portfolio/progress.html", context)


def _context(by: Actor, learner: Apprenticeship, shown: figures.Figures) -> dict[str, Any]:
    whole = addresses_of("coverage")(learner.pk)
    facts = vars(learner)
    return {
        "apprenticeship": learner,
        "is_own": learner.apprentice_id == by.person_id,
        "figures": shown,
        "layers": [
            {"label": one.label, "count": one.count, "percent": one.percent, "address": f"{whole}?state={state.value}"}
            for one in shown.layers
            for state in [_STATE_OF_LAYER[one.name]]
        ],
        "all_ksbs": len(shown.ksbs),
        "rag_label": pace.RAG_LABELS.get(facts["rag"], ""),
        "gap": _gap_words(facts["gap_points"]),
        "stopped": moments.day(learner.stopped_on) if learner.stopped_on else "",
        "start": moments.day(learner.started_on),
        "planned_end": moments.day(learner.planned_end_on),
        "method": method(),
        "rag_rule": pace.rule_words(pace.limits_of_row(learner)),
        "today": moments.day(clock.today()),
    }


def _gap_words(gap: float | None) -> str:
    """How far somebody is from where they should be by today; empty for who is not counted."""
    if gap is None:
        return ""
    points = int(abs(gap) + 0.5)
    if not points:
        return _("As far as expected by today.")
    said = (
        ngettext(
            "%(n)d percentage point more than expected by today.",
            "%(n)d percentage points more than expected by today.",
            points,
        )
        if gap > 0
        else ngettext(
            "%(n)d percentage point less than expected by today.",
            "%(n)d percentage points less than expected by today.",
            points,
        )
    )
    return said % {"n": points}


@require_POST
def progress_pdf(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The same on paper, as a tagged PDF (PDF/UA-1). It is recorded who took it."""
    learner = _learner(request, apprenticeship_id)
    with set_as_pdf(*_drawn(request.actor, learner)) as made:
        if made is None:
            messages.error(request, _("The PDF could not be made. Use your browser’s Print instead."))
            return redirect("pages:progress", learner.pk)
        content = made.read_bytes()
    with transaction.atomic():
        audit.record(PROGRESS_EXPORTED, request.actor, learner, organisation=learner.provider)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="progress-{clock.today().isoformat()}.pdf"'
    return response


def paper_of_learner(by: Actor, apprenticeship_id: UUID) -> Paper | None:
    """The report of a learner on paper; None if `by` does not see them."""
    learner = figures.found(by, apprenticeship=apprenticeship_id).first()
    return _drawn(by, learner) if learner else None


def _drawn(by: Actor, learner: Apprenticeship) -> Paper:
    shown = figures.figures(by, learner)
    style = paper.style()
    drawn = [
        {
            "title": one.title,
            "description": one.description,
            "svg": "" if one.is_empty else svg(one, style),
            "table": "" if one.is_empty else drawn_table(one),
        }
        for one in shown.pictures
    ]
    page = render_to_string("portfolio/progress_paper.html", _context(by, learner, shown) | {"pictures": drawn})
    return Paper(page, render_to_string("portfolio/progress_paper.css"))
