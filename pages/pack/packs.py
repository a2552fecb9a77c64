"""Having a pack or one’s whole portfolio made, and the keys that sign packs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from core.errors import Incomplete, OutOfTurn
from pages.exports.views import own_exports
from pages.middleware import public
from pages.pack.choosing import MOST_PACKS, pack_page, seen_apprenticeship
from pages.pack.forms import AskForm
from pages.refusals import say_in
from pages.requests import Request, SiteRequest
from reports.exports.models import Export
from reports.pack import access, keys, workflow


@require_POST
def pack_ask(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Have the pack made."""
    apprenticeship = seen_apprenticeship(request, apprenticeship_id)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            workflow.ask_for_pack(apprenticeship.pk, request.actor, uln=form.cleaned_data["uln"])
        except (Incomplete, OutOfTurn) as refusal:
            if not isinstance(refusal, Incomplete) or not refusal.field:
                return pack_page(request, apprenticeship, refusal=refusal, form=form)
            say_in(form, refusal)
        else:
            messages.success(request, _("The pack is being made. You can leave this page and come back."))
            return redirect("pages:pack", apprenticeship.pk)
    return pack_page(request, apprenticeship, form=form)


@require_http_methods(["GET", "POST"])
def portfolio(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Apprentices have their whole portfolio made as open data, and see how far it has come."""
    apprenticeship = seen_apprenticeship(request, apprenticeship_id)
    require(
        access.owns_portfolio(request.actor, apprenticeship), _("Only the apprentice can have the whole portfolio.")
    )
    if request.method == "POST":
        workflow.ask_for_portfolio(apprenticeship.pk, request.actor)
        messages.success(request, _("Your portfolio is being made. You can leave this page and come back."))
        return redirect("pages:portfolio", apprenticeship.pk)
    mine = own_exports(request).filter(apprenticeship=apprenticeship, kind=Export.Kind.PORTFOLIO)
    context = {"apprenticeship": apprenticeship, "exports": mine.newest_first()[:MOST_PACKS]}
    return render(request, "pack/portfolio.html", context)


@public
@require_safe
def pack_keys(request: SiteRequest) -> HttpResponse:
    """The public keys with which anybody checks packs of this site."""
    return render(request, "pack/pack_keys.html", {"keys": keys.public_keys()})
