"""Enrolling many learners from a file: choose it, see what would come of it, confirm. For admins of the provider."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.access import runs_provider
from accounts.models import Organisation
from accounts.seen_by import SeenBy
from apprenticeships import uploads
from apprenticeships.importing import templates
from apprenticeships.importing.columns import TEMPLATE, label_of
from apprenticeships.importing.files import read
from apprenticeships.importing.reading import Refused
from apprenticeships.models import LearnerImport
from apprenticeships.querysets import SIGHT
from core import clock
from core.errors import OutOfTurn
from files.http.upload_handlers import takes_files
from pages.people.learner_import_forms import ConfirmForm, LearnersFileForm
from pages.requests import Request

_State = LearnerImport.State
#: At most this many earlier imports are listed.
EARLIER = 20


def _provider(request: Request) -> Organisation:
    """The provider that the person administers; nobody else finds these pages."""
    provider = request.organisation
    if provider is None or provider.kind != Organisation.Kind.PROVIDER or not runs_provider(request.actor):
        raise Http404
    return provider


#: Not the rows of the file, which only checking and writing need.
_imports = SeenBy(
    lambda actor, key, at: (
        LearnerImport.objects.visible_to(actor).filter(pk=key, provider=at, uploaded_by=actor.person_id).defer("rows")
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def _own(request: Request, import_id: UUID) -> LearnerImport:
    """An import that the person began, at the provider they act for."""
    found: LearnerImport | None = _imports(request.actor, key=import_id, at=_provider(request).pk).first()
    if found is None:
        raise Http404
    return found


@takes_files
@require_http_methods(["GET", "POST"])
def learners_import(request: Request) -> HttpResponse:
    """Bring a file. It is read at once; what was read is kept to be looked at and confirmed."""
    provider = _provider(request)
    is_sent = request.method == "POST"
    form = LearnersFileForm(request.POST, request.FILES) if is_sent else LearnersFileForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            reading = read(content, file.name)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            kept = uploads.keep(reading, content, file.name, provider, request.actor)
            return redirect("pages:learners-import-preview", kept.pk)
    seen = LearnerImport.objects.visible_to(request.actor).filter(provider=provider)
    context = {
        "form": form,
        "columns": [(name, label_of(name)) for name in TEMPLATE],
        "unfinished": seen.unfinished().filter(uploaded_by=request.actor.person_id),
        "earlier": seen.filter(state=_State.DONE).select_related("uploaded_by").order_by("-finished_at")[:EARLIER],
    }
    return render(request, "people/learners_import.html", context, status=422 if form.errors else 200)


@require_safe
def learners_import_template(request: Request, ending: str) -> HttpResponse:
    """The template with its headings: as a workbook whose cells are text, or as CSV."""
    _provider(request)
    make = {"csv": templates.as_csv, "xlsx": templates.as_xlsx}.get(ending)
    if make is None:
        raise Http404
    response = HttpResponse(make(), content_type=templates.CONTENT_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="learners-template.{ending}"'
    return response


#: What of a file is listed row by row.
_LISTS = ("refused", "changed", "new", "row_notes", "skipped")


def _said(found: dict[str, Any]) -> dict[str, Any]:
    """What was found, with the words of each row put together: there may be hundreds."""
    row_word, to = _("Row %s"), _("%(start)s to %(end)s")

    def said(row: dict[str, Any]) -> dict[str, Any]:
        where = row_word % row["row"]
        if "standard" in row:
            days = to % {"start": row["started_on"], "end": row["planned_end_on"]}
            row["what"] = ", ".join(filter(None, (row["standard"], days, row["employer"])))
        return row | {"where": f"{where} · {row['reference']}" if row.get("reference") else where}

    return found | {name: [said(row) for row in found.get(name) or ()] for name in _LISTS}


@require_GET
def learners_import_preview(request: Request, import_id: UUID) -> HttpResponse:
    """What would come of a file; while it is checked or written, how far that is; once it is done, what came of it."""
    found = _own(request, import_id)
    context = {"import": found, "counts": found.found.get("counts", {}), "found": found.found}
    if found.state == _State.DONE:
        return render(request, "people/learners_import_done.html", context)
    if found.state in (_State.CHECKING, _State.WRITING):
        return render(request, "people/learners_import_progress.html", context)
    if found.expires_at and found.expires_at <= clock.now():
        return render(request, "people/learners_import_done.html", context | {"is_over": True}, status=409)
    context["found"] = _said(found.found)
    context["form"] = ConfirmForm()
    context["changing_count"] = context["counts"]["new"] + context["counts"]["changed"]
    status = 422 if context["counts"]["refused"] else 200
    return render(request, "people/learners_import_preview.html", context, status=status)


@require_POST
def learners_import_confirm(request: Request, import_id: UUID) -> HttpResponse:
    """Import what was looked at, or go on with an import that was interrupted."""
    found = _own(request, import_id)
    form = ConfirmForm(request.POST)
    sends = form.is_valid() and form.cleaned_data["sends_invitations"]
    try:
        uploads.confirm(found.pk, request.actor, sends_invitations=sends)
    except OutOfTurn as refusal:
        messages.warning(request, str(refusal))
    return redirect("pages:learners-import-preview", found.pk)


@require_POST
def learners_import_discard(request: Request, import_id: UUID) -> HttpResponse:
    """Let go of a file without enrolling anybody."""
    found = _own(request, import_id)
    uploads.discard(found.pk, request.actor)
    messages.success(request, _("The file was discarded. Nothing has changed."))
    return redirect("pages:learners-import")
