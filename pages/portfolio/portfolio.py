"""A portfolio as a whole: every piece as a list, as pictures or along a line of time, found by words and filters."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from apprenticeships.seen import seen
from pages.middleware import is_local
from pages.portfolio.evidence_form.saving import own_evidence
from pages.portfolio.portfolio_filter import PortfolioFilter
from pages.portfolio.rows import put_aside_rows, rows_of
from pages.requests import Request
from pages.whole_forms import yes_or_no
from portfolios import access, listing, workflow
from portfolios.models import Evidence

PER_PAGE = 50

#: The ways to look at a portfolio, and what each is called.
LOOKS = {"list": gettext_lazy("List"), "gallery": gettext_lazy("Gallery"), "timeline": gettext_lazy("Timeline")}


@require_GET
@vary_on_headers("HX-Request")
def evidence_list(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Every piece of evidence of one apprenticeship, narrowed and looked at as asked; htmx asks for the rows alone."""
    apprenticeship = seen(request.actor, apprenticeship_id, "apprentice", "standard_version")
    if apprenticeship is None:
        raise Http404
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    look = request.GET.get("look", "")
    look = look if look in LOOKS else "list"
    filters = PortfolioFilter(request.GET, apprenticeship=apprenticeship, actor=request.actor)
    is_filtered = bool(filters.given) or bool(filters.errors)
    pieces: Any
    if look == "list" and not filters.given:
        pieces = listing.pieces(request.actor, apprenticeship=apprenticeship.pk)
    else:
        everything = Evidence.objects.visible_to(request.actor).filter(apprenticeship=apprenticeship)
        pieces = filters.narrow(everything.kept().with_figures())
        pieces = pieces.latest_happening_first() if look == "timeline" else pieces.shown_first()
        pieces = pieces.values_list(*listing.ROW) if look == "list" else listing.with_pictures(pieces, is_own=is_own)
    paginator = Paginator(pieces, PER_PAGE)
    if look == "list" and not filters.given:
        # Counted without the figures of each piece.
        paginator.count = listing.kept(request.actor, apprenticeship=apprenticeship.pk).count()
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "apprenticeship": apprenticeship,
        "form": filters,
        "is_filtered": is_filtered,
        "page": page,
        "rows": rows_of(page.object_list) if look == "list" else [],
        "look": look,
        "looks": LOOKS.items(),
        "months": _by_month(list(page.object_list)) if look == "timeline" else [],
        "is_own": is_own,
        "can_add": access.can_add_evidence(request.actor, apprenticeship),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "portfolio/_portfolio.html", context)
    context["put_aside"] = (
        put_aside_rows(listing.put_aside(request.actor, apprenticeship=apprenticeship.pk)) if context["can_add"] else []
    )
    return render(request, "portfolio/evidence_list.html", context)


def _by_month(pieces: list[Evidence]) -> list[tuple[object, list[Evidence]]]:
    """The pieces under the first day of the month in which each happened; None for those without a day."""
    return [
        (month, list(group))
        for month, group in groupby(pieces, lambda piece: piece.happened_on and piece.happened_on.replace(day=1))
    ]


@require_POST
def evidence_showcase(request: Request, evidence_id: UUID) -> HttpResponse:
    """Put a piece among those that are shown first (`show` is 1), or take it from there (0)."""
    piece = get_object_or_404(
        Evidence.objects.visible_to(request.actor), pk=evidence_id, apprenticeship__apprentice=request.actor.person_id
    )
    piece = workflow.set_showcase(piece.pk, request.actor, is_showcase=yes_or_no(request.POST, "show"))
    messages.success(
        request,
        _("“%(piece)s” is now marked as one of your best.") % {"piece": piece}
        if piece.is_showcase
        else _("“%(piece)s” is no longer marked as one of your best.") % {"piece": piece},
    )
    back = request.POST.get("next", "")
    if is_local(request, back):
        return redirect(back)
    return redirect("pages:evidence-list", piece.apprenticeship_id)


@require_POST
def version_bring_back(request: Request, evidence_id: UUID, revision: int) -> HttpResponse:
    """Use the words of an earlier version again, and go on from them."""
    piece = own_evidence(request, evidence_id)
    workflow.bring_back_version(piece.pk, revision, request.actor)
    messages.success(request, _("These are the earlier words. What stood here before is among the versions."))
    return redirect("pages:evidence-edit", piece.pk)
