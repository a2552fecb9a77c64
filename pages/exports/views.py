"""Somebody's own files: how far each has come, downloading and deleting them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from files.http import serving
from pages.middleware import personal
from pages.requests import Request
from reports.exports import workflow
from reports.exports.models import Export, ExportQuerySet

#: Older ones are in the record.
MOST_EXPORTS = 50


def own_exports(request: Request) -> ExportQuerySet:
    """What the person asked for, of learners whom they still see."""
    found: ExportQuerySet = Export.objects.visible_to(request.actor).filter(asked_by=request.actor.person_id)
    return found


@personal
@require_GET
def exports(request: Request) -> HttpResponse:
    """Everything that the person asked for, newest first."""
    rows = own_exports(request).select_related("apprenticeship__apprentice").newest_first()[:MOST_EXPORTS]
    return render(request, "exports/exports.html", {"exports": rows})


def _own(request: Request, export_id: UUID) -> Export:
    return get_object_or_404(own_exports(request), pk=export_id)


@personal
@require_GET
def export_progress(request: Request, export_id: UUID) -> HttpResponse:
    """How far a file has come: what the page asks for again and again."""
    return render(request, "exports/_one_export.html", {"export": _own(request, export_id)})


@require_http_methods(["GET", "HEAD"])
def export_download(request: Request, export_id: UUID) -> HttpResponse | serving.FileResponse:
    """The file, or a range of it."""
    return serving.file_response(request, workflow.download_export(_own(request, export_id).pk, request.actor))


@personal
@require_POST
def export_delete(request: Request, export_id: UUID) -> HttpResponse:
    """Delete a file before its time."""
    export = workflow.delete_export(_own(request, export_id).pk, request.actor)
    messages.success(request, _("The file has been deleted."))
    if export.kind == Export.Kind.PORTFOLIO:
        return redirect("pages:portfolio", export.apprenticeship_id)
    if export.kind == Export.Kind.PERSON:
        return redirect("pages:own-data")
    if export.kind == Export.Kind.PROVIDER:
        return redirect("pages:provider-export")
    if export.kind == Export.Kind.PACK:
        return redirect("pages:pack", export.apprenticeship_id)
    return redirect("pages:exports")
