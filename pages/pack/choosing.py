"""The page of one apprentice's pack: what the plan asks, the pieces, and choosing them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apprenticeships.models import Apprenticeship
from apprenticeships.seen import seen
from core.errors import Incomplete, WorkflowError
from pages.pack.forms import AskForm
from pages.requests import Request
from reports.exports.models import Export
from reports.pack import access, workflow
from reports.pack.choice import standing_of

#: Older packs are in the record.
MOST_PACKS = 10


def seen_apprenticeship(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """An apprenticeship that the person sees, with what a page about its pack says of it."""
    found = seen(request.actor, apprenticeship_id, "apprentice", "standard_version__standard", "option")
    if found is None:
        raise Http404
    return found


@require_GET
def pack(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """How the choice of pieces stands against the plan, and the pieces to choose from."""
    return pack_page(request, seen_apprenticeship(request, apprenticeship_id))


def pack_page(
    request: Request,
    apprenticeship: Apprenticeship,
    *,
    refusal: WorkflowError | None = None,
    ticked: frozenset[UUID] | None = None,
    form: AskForm | None = None,
) -> HttpResponse:
    """The page; where something was refused, with what was ticked or typed and why it was refused."""
    standing = standing_of(apprenticeship)
    pieces = [
        {"piece": piece, "is_ticked": piece.is_chosen if ticked is None else piece.pk in ticked}
        for piece in standing.pieces
    ]
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == request.actor.person_id,
        "can_choose": access.chooses(request.actor, apprenticeship),
        "standing": standing,
        "pieces": pieces,
        "can_ask": access.asks_for_pack(request.actor, apprenticeship),
        "packs": Export.objects.visible_to(request.actor)
        .filter(apprenticeship=apprenticeship, kind=Export.Kind.PACK)
        .select_related("asked_by")
        .newest_first()[:MOST_PACKS],
        "form": form or AskForm(),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form and form.errors else 200
    return render(request, "pack/pack.html", context, status=status)


@require_POST
def pieces_choose(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Choose what was ticked and drop what no longer is: `was` lists what the page showed as ticked."""
    apprenticeship = seen_apprenticeship(request, apprenticeship_id)
    ticked: frozenset[UUID] | None = None
    try:
        ticked = frozenset(map(_id_in, request.POST.getlist("chosen")))
        if "was" not in request.POST:
            raise Incomplete(_("Part of this form went missing on the way, so nothing was saved. Try again."))
        was = frozenset(map(_id_in, request.POST["was"].split()))
        changes = dict.fromkeys(ticked - was, True) | dict.fromkeys(was - ticked, False)
        changed = workflow.choose_pieces(apprenticeship.pk, request.actor, changes)
    except Incomplete as incomplete:
        return pack_page(request, apprenticeship, refusal=incomplete, ticked=ticked)
    messages.success(
        request,
        ngettext("Saved: %(count)d piece changed.", "Saved: %(count)d pieces changed.", changed) % {"count": changed}
        if changed
        else _("Nothing has changed."),
    )
    return redirect("pages:pack", apprenticeship.pk)


def _id_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Incomplete(_("Part of this form went missing on the way, so nothing was saved. Try again.")) from None
