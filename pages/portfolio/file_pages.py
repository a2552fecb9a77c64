"""The page of one file: looking at it in place, marking what shows a KSB, and writing down what is said."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import Incomplete, WorkflowError
from pages.portfolio.marker_forms import MarkerForm, TranscriptForm
from pages.refusals import say_in
from pages.requests import Request
from portfolios import access, markers, workflow
from portfolios.models import EvidenceFile, Marker
from portfolios.viewing import with_pictures


def _file(request: Request, file_id: UUID) -> EvidenceFile:
    found = get_object_or_404(
        EvidenceFile.objects.visible_to(request.actor)
        .for_viewing()
        .select_related("evidence__apprenticeship__apprentice"),
        pk=file_id,
    )
    return workflow.show_texts(request.actor, with_pictures([found]))[0]


def _own_file(request: Request, file_id: UUID) -> EvidenceFile:
    return get_object_or_404(
        EvidenceFile.objects.visible_to(request.actor).select_related("evidence__apprenticeship"),
        pk=file_id,
        evidence__apprenticeship__apprentice=request.actor.person_id,
    )


def _can_change(request: Request, file: EvidenceFile) -> bool:
    return (
        access.can_change_evidence(request.actor, file.evidence)
        and file.evidence.is_editable
        and file.removed_at is None
        and not file.withheld
    )


@require_safe
def file_page(request: Request, file_id: UUID) -> HttpResponse:
    """One file, large."""
    return _page(request, _file(request, file_id))


def _page(
    request: Request,
    file: EvidenceFile,
    marker_form: MarkerForm | None = None,
    transcript_form: TranscriptForm | None = None,
    status: int = 422,
) -> HttpResponse:
    """The page, or with a form that was refused, which shows what was typed even where nothing can be changed now."""
    sent = marker_form or transcript_form
    is_own = file.evidence.apprenticeship.apprentice_id == request.actor.person_id
    own = list(Marker.objects.visible_to(request.actor).filter(file=file).select_related("ksb"))
    return render(
        request,
        "portfolio/file_page.html",
        {
            "file": file,
            "evidence": file.evidence,
            "is_own": is_own,
            "can_change": _can_change(request, file),
            "can_hide": not file.withheld and not is_own and access.may_hide_files(request.actor),
            "markers": [(marker, markers.Place(markers.as_data(marker), file.name)) for marker in own],
            "marks": markers.marks_of(own, [file]),
            "marker_form": marker_form or MarkerForm(file=file, actor=request.actor),
            "transcript_form": transcript_form or TranscriptForm(file=file),
            "sent": sent,
        },
        status=status if sent else 200,
    )


@require_POST
def marker_add(request: Request, file_id: UUID) -> HttpResponse:
    """Mark a place in a file."""
    file = _own_file(request, file_id)
    form = MarkerForm(request.POST, file=file, actor=request.actor)
    if form.is_valid():
        given = form.cleaned_data
        try:
            workflow.add_marker(
                file.pk,
                request.actor,
                marker_id=given["token"],
                ksb_id=given["ksb"],
                note=given["note"],
                **form.place,
            )
        except Incomplete as incomplete:
            say_in(form, incomplete, {"starts_ms": "starts", "ends_ms": "ends"})
        except WorkflowError as refusal:
            form.add_error(None, str(refusal))
            return _page(request, _file(request, file_id), marker_form=form, status=refusal.status)
        else:
            messages.success(request, _("Marked."))
            return redirect("pages:file-page", file.pk)
    return _page(request, _file(request, file_id), marker_form=form)


@require_POST
def marker_remove(request: Request, marker_id: UUID) -> HttpResponse:
    """Take a marked place away."""
    marker = get_object_or_404(Marker.objects.visible_to(request.actor), pk=marker_id)
    file = workflow.remove_marker(marker.pk, request.actor)
    messages.success(request, _("Removed."))
    return redirect("pages:file-page", file.pk)


@require_POST
def transcript(request: Request, file_id: UUID) -> HttpResponse:
    """Keep what is said in a recording."""
    file = _own_file(request, file_id)
    form = TranscriptForm(request.POST, file=file)
    if form.is_valid():
        try:
            workflow.set_transcript(file.pk, request.actor, form.cleaned_data["transcript"])
        except WorkflowError as refusal:
            form.add_error(None, str(refusal))
            return _page(request, _file(request, file_id), transcript_form=form, status=refusal.status)
        messages.success(request, _("Saved."))
        return redirect("pages:file-page", file.pk)
    return _page(request, _file(request, file_id), transcript_form=form)
