"""The resumable door, and the list of a piece's files that the page asks for again when one has arrived."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apprenticeships.models import Apprenticeship
from core import clock
from core.errors import NotAllowed
from files import spool
from files.http import protocol
from files.http.protocol import speaks_tus
from files.http.receiving import receive
from files.spool import Cancelled
from pages.portfolio.evidence_form.form_rows import file_rows
from pages.portfolio.evidence_form.saving import own_apprenticeship
from pages.requests import Request
from pages.whole_requests import keeps_what_arrives
from portfolios import access, workflow
from portfolios.models import Evidence, EvidenceFile, Upload
from portfolios.titles import suggested_title
from portfolios.viewing import working_files


@require_http_methods(["OPTIONS", "GET", "POST"])
@speaks_tus
def uploads(request: Request, apprenticeship_id: UUID, evidence_id: UUID) -> HttpResponse:
    """What is on its way into a piece of one's own; and announcing a file, for a piece that need not exist yet."""
    apprenticeship = _written_apprenticeship(request, apprenticeship_id, evidence_id)
    if (
        Evidence.objects.visible_to(request.actor)
        .filter(pk=evidence_id)
        .exclude(apprenticeship=apprenticeship)
        .exists()
    ):
        raise Http404
    if request.method == "GET":
        coming = (
            Upload.objects.visible_to(request.actor)
            .filter(evidence=evidence_id, evidence__apprenticeship=apprenticeship)
            .reserving(clock.now())
            .oldest_first()
        )
        return JsonResponse({"uploads": [_receipt(upload) for upload in coming]})
    metadata = protocol.announced_metadata(request)
    try:
        upload = workflow.begin_upload(
            apprenticeship.pk,
            evidence_id,
            request.actor,
            upload_id=protocol.upload_id(request, request.actor.person, evidence_id),
            name=protocol.announced_name(metadata),
            size_bytes=protocol.announced_length(request),
            sha256=protocol.announced_sha256(metadata),
        )
    except NotAllowed:
        access.require_own(request.actor, apprenticeship)
        raise Http404 from None
    response = protocol.with_progress(JsonResponse(_receipt(upload), status=201), upload)
    response["Location"] = reverse("pages:upload", args=[upload.pk])
    return response


@keeps_what_arrives
@require_http_methods(["OPTIONS", "HEAD", "GET", "PATCH", "DELETE"])
@speaks_tus
def upload(request: Request, upload_id: UUID) -> HttpResponse:
    """One upload of one's own: how far it is, its receipt, the next piece, giving it up."""
    found = get_object_or_404(Upload.objects.visible_to(request.actor).select_related("file"), pk=upload_id)
    if request.method == "GET":
        return JsonResponse(_receipt(found))
    if request.method == "DELETE":
        workflow.cancel_upload(found.pk, request.actor)
        spool.remove(found.pk)
        return HttpResponse(status=204)
    if found.refusal or (found.finished_at is None and found.expires_at <= clock.now()):
        return protocol.refusal(request, Refused(found) if found.refusal else Cancelled())
    if request.method == "HEAD":
        response = protocol.with_progress(HttpResponse(), found)
        response["Upload-Length"] = str(found.size_bytes)
        response["Cache-Control"] = "no-store"
        return response
    found = receive(workflow.UploadsOf(request.actor), found.pk, protocol.announced_piece(request), request)
    if found.refusal:
        return protocol.refusal(request, Refused(found))
    return protocol.with_progress(HttpResponse(status=204), found)


@require_GET
def evidence_files(request: Request, evidence_id: UUID) -> HttpResponse:
    """The files of a piece of one's own, as the form shows them."""
    evidence = get_object_or_404(
        Evidence.objects.visible_to(request.actor).filter(_written_by(request)), pk=evidence_id
    )
    return _files(request, evidence)


@require_POST
def file_remove(request: Request, file_id: UUID) -> HttpResponse:
    """Take a file off the working copy: from the page, which stays as it is, or by a form of its own."""
    found = get_object_or_404(
        EvidenceFile.objects.visible_to(request.actor).filter(_written_by(request, "evidence__")), pk=file_id
    )
    workflow.remove_file(found.pk, request.actor)
    if request.htmx:
        return _files(request, found.evidence)
    messages.success(request, _("Removed %(name)s from this piece.") % {"name": found.name})
    return redirect("pages:evidence-edit", found.evidence_id)


def _written_by(request: Request, path: str = "") -> Q:
    """Pieces of one's own, and those that one recorded as an assessor."""
    return Q(**{f"{path}apprenticeship__apprentice": request.actor.person_id}) | Q(
        **{f"{path}observed_by": request.actor.person_id}
    )


def _written_apprenticeship(request: Request, apprenticeship_id: UUID, evidence_id: UUID) -> Apprenticeship:
    """One's own apprenticeship, or that of a piece that one recorded as its assessor."""
    recorded = Evidence.objects.visible_to(request.actor).filter(
        pk=evidence_id, observed_by=request.actor.person_id, apprenticeship=apprenticeship_id
    )
    if found := recorded.select_related("apprenticeship").first():
        return found.apprenticeship
    return own_apprenticeship(request, apprenticeship_id)


def _files(request: Request, evidence: Evidence) -> HttpResponse:
    files = working_files(evidence.pk)
    title = "" if evidence.title else suggested_title(evidence.narrative, files)
    return render(request, "portfolio/_files.html", {"files": file_rows(files), "title": title})


class Refused(protocol.BadRequest):
    """The file came and cannot be evidence."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.refusal, status=422)


def _receipt(upload: Upload) -> dict[str, Any]:
    """What the sender is told about an upload: how far it is; once it is kept, name, size, hash and time."""
    told = {
        "id": str(upload.pk),
        "address": reverse("pages:upload", args=[upload.pk]),
        "state": "refused" if upload.refusal else "kept" if upload.finished_at else "under way",
        "name": upload.name,
        "size_bytes": upload.size_bytes,
        "received_bytes": upload.received_bytes,
    }
    if upload.refusal:
        return told | {"message": upload.refusal}
    if upload.file:
        file = reverse("pages:file", args=[upload.file.pk])
        return told | {"sha256": upload.file.sha256, "kept_at": upload.finished_at, "file": file}
    return told | {"expires_at": upload.expires_at}
