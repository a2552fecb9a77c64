"""Importing from the page: choose files or paste text, see what would come of it, confirm."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from accounts.models import Organisation
from core import clock
from files.http.upload_handlers import takes_files
from occupations import access, uploads
from occupations.importing.draft import Asked
from occupations.importing.known_formats import BY_NAME
from occupations.importing.preview import preview, read
from occupations.models import ImportDraft
from pages.catalogue.forms import ImportForm
from pages.requests import Request

#: At most this many differences are shown statement by statement; of the others, only numbers.
SHOWN_IN_FULL = 10
#: At most this many notes are shown.
SHOWN_NOTES = 200


@takes_files
@require_http_methods(["GET", "POST"])
def import_new(request: Request) -> HttpResponse:
    """Bring files or text. They are read at once; what can be read is kept to be looked at and confirmed."""
    require(access.can_import(request.actor), _("Only people who manage standards can import them."))
    is_sent = request.method == "POST"
    owners = _owners(request)
    form = ImportForm(request.POST, request.FILES, owners=owners) if is_sent else ImportForm(owners=owners)
    problems: list[Any] = []
    if is_sent and form.is_valid():
        sources, name, given = form.sources(), form.cleaned_data["format"], form.given()
        drafts, problems = read(sources, BY_NAME.get(name), given)
        if drafts and not all(draft.is_version_named for draft in drafts):
            # Whoever has to say the version is asked on this page, where the field for it is.
            found = preview(sources, request.actor, BY_NAME.get(name), given, form.chosen_owner())
            if not found.coming and any(isinstance(problem, Asked) for problem in found.errors):
                drafts, problems = [], found.errors
        if drafts:
            kept = uploads.keep(sources, request.actor, form.chosen_owner(), name, given)
            return redirect("pages:import-preview", kept.pk)
    return render(
        request,
        "catalogue/import.html",
        {
            "form": form,
            "problems": problems[:SHOWN_NOTES],
            "only_owner": owners[0] if len(owners) == 1 else None,
            "unfinished": ImportDraft.objects.visible_to(request.actor).unfinished(),
        },
        status=422 if is_sent else 200,
    )


def _owners(request: Request) -> list[Organisation | None]:
    """Where the person can import to: the catalogue (None), the provider they act for."""
    owners = [None, request.organisation] if request.organisation else [None]
    return [owner for owner in owners if access.can_change(request.actor, owner)]


@require_safe
def import_preview(request: Request, draft_id: UUID) -> HttpResponse:
    """What would come of an upload; once it is confirmed, what came of it."""
    require(access.can_import(request.actor), _("Only people who manage standards can import them."))
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.actor).select_related("owner"), pk=draft_id)
    if draft.state == ImportDraft.State.WRITING:
        return render(request, "catalogue/import_unfinished.html", {"draft": draft})
    if draft.state == ImportDraft.State.DONE:
        return render(request, "catalogue/import_result.html", {"draft": draft, "result": draft.result})
    if draft.expires_at <= clock.now():
        return render(request, "catalogue/import_result.html", {"draft": draft, "is_over": True}, status=409)
    found = preview(
        uploads.sources_of(draft), request.actor, BY_NAME.get(draft.format), uploads.given_of(draft), draft.owner
    )
    context = {
        "draft": draft,
        "preview": found,
        "shown_in_full": SHOWN_IN_FULL,
        "warnings": found.warnings[:SHOWN_NOTES],
        "errors": found.errors[:SHOWN_NOTES],
    }
    return render(request, "catalogue/import_preview.html", context, status=200 if found.coming else 422)


@require_POST
def import_confirm(request: Request, draft_id: UUID) -> HttpResponse:
    """Import what was looked at, or go on with an import that was interrupted."""
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.actor), pk=draft_id)
    uploads.confirm(draft.pk, request.actor)
    return redirect("pages:import-preview", draft.pk)


@require_POST
def import_discard(request: Request, draft_id: UUID) -> HttpResponse:
    """Let go of an upload without bringing anything in."""
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.actor), pk=draft_id)
    uploads.discard(draft.pk, request.actor)
    return redirect("pages:import")
