"""Having a pack made, seeing how far it has come, downloading and deleting it, and the keys that sign packs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.access import require
from core.errors import Incomplete, OutOfTurn
from files.http import serving
from pages.middleware import public
from pages.pack.choosing import MOST_PACKS, pack_page, seen_apprenticeship
from pages.pack.forms import AskForm
from pages.refusals import say_in
from pages.requests import Request, SiteRequest
from reports.pack import access, keys, workflow
from reports.pack.models import Pack


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
    mine = Pack.objects.visible_to(request.actor).filter(
        apprenticeship=apprenticeship, kind=Pack.Kind.PORTFOLIO, asked_by=request.actor.person_id
    )
    context = {"apprenticeship": apprenticeship, "packs": mine.newest_first()[:MOST_PACKS]}
    return render(request, "pack/portfolio.html", context)


def _own(request: Request, pack_id: UUID) -> Pack:
    """A pack that the person asked for, of an apprentice whom they still see."""
    return get_object_or_404(Pack.objects.visible_to(request.actor), pk=pack_id, asked_by=request.actor.person_id)


@require_GET
def pack_progress(request: Request, pack_id: UUID) -> HttpResponse:
    """How far a pack has come: what the page asks for again and again."""
    return render(request, "pack/_one_pack.html", {"pack": _own(request, pack_id)})


@require_http_methods(["GET", "HEAD"])
def pack_download(request: Request, pack_id: UUID) -> HttpResponse | serving.FileResponse:
    """The ZIP, or a range of it."""
    return serving.file_response(request, workflow.download_pack(_own(request, pack_id).pk, request.actor))


@require_POST
def pack_delete(request: Request, pack_id: UUID) -> HttpResponse:
    """Delete a pack before its time."""
    pack = workflow.delete_pack(_own(request, pack_id).pk, request.actor)
    if pack.kind == Pack.Kind.PORTFOLIO:
        messages.success(request, _("The file has been deleted."))
        return redirect("pages:portfolio", pack.apprenticeship_id)
    messages.success(request, _("The pack has been deleted."))
    return redirect("pages:pack", pack.apprenticeship_id)


@public
@require_safe
def pack_keys(request: SiteRequest) -> HttpResponse:
    """The public keys with which anybody checks packs of this site."""
    return render(request, "pack/pack_keys.html", {"keys": keys.public_keys()})
