"""The apprentice's own evidence: the list, the form, its files. What the form does by itself is in `views.writing`."""

from functools import cache
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import awaits_option
from apprenticeships.querysets import SIGHT
from assessments.rounds import newest_feedback
from core.errors import Incomplete, WorkflowError
from core.outages import STORAGE_AWAY, Outage, StorageFault, outage_of
from files.file_types import ALLOWED_DESCRIPTION, FileRefused
from files.http import serving
from files.http.upload_handlers import messages as refused_uploads
from files.http.upload_handlers import takes_files
from pages.portfolio.evidence_form.form_rows import file_rows, ksb_rows
from pages.portfolio.evidence_form.forms import EvidenceForm
from pages.portfolio.evidence_form.mapping import take_answer
from pages.portfolio.evidence_form.saving import own_apprenticeship, own_evidence, store
from pages.requests import Request
from pages.templatetags.rounds import said_of
from portfolios import access, duties, workflow
from portfolios.mapping import standings
from portfolios.models import Evidence, EvidenceFile, Rendition, SuggestionAnswer
from portfolios.quotas import limits_of
from portfolios.suggestions import suggestions_for
from portfolios.titles import suggested_title
from portfolios.viewing import working_files

_own_pieces = SeenBy(
    lambda actor, piece: (
        Evidence.objects.visible_to(actor)
        .filter(pk=piece, apprenticeship__apprentice=actor.person_id)
        .select_related("apprenticeship__standard_version")
        .only(
            "title",
            "kind",
            "narrative",
            "answers",
            "unticked_lines",
            "happened_on",
            "is_showcase",
            "state",
            "revision",
            "discarded_at",
            "observed_by",
            "handed_over_at",
            "first_submitted_at",
            "apprenticeship__apprentice",
            "apprenticeship__provider",
            "apprenticeship__option",
            "apprenticeship__status",
            "apprenticeship__undone_at",
            "apprenticeship__standard_version__title",
            "apprenticeship__standard_version__version",
            "apprenticeship__standard_version__correction",
            "apprenticeship__standard_version__content_sha256",
        )
    ),
    SIGHT,
)


@takes_files
@require_http_methods(["GET", "POST"])
def evidence_new(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Start a piece of evidence."""
    apprenticeship = own_apprenticeship(request, apprenticeship_id)
    if request.method == "POST":
        return _save(request, apprenticeship, None)
    access.require_own(request.actor, apprenticeship)
    form = EvidenceForm(apprenticeship=apprenticeship)
    form.begun_for = request.GET.get("ksb", "")
    return _form_page(request, form)


@takes_files
@require_http_methods(["GET", "POST"])
def evidence_edit(request: Request, evidence_id: UUID) -> HttpResponse:
    """Go on with a draft, or revise a piece that needs work."""
    if request.method == "POST":
        own = own_evidence(request, evidence_id)
        return _save(request, own.apprenticeship, own)
    evidence = _own_pieces(request.actor, piece=evidence_id).first()
    if evidence is None:
        raise Http404
    if not access.can_change_evidence(request.actor, evidence) or not evidence.is_editable:
        return redirect("pages:evidence", evidence.pk)
    return _form_page(request, EvidenceForm(apprenticeship=evidence.apprenticeship, evidence=evidence))


@require_POST
def evidence_discard(request: Request, evidence_id: UUID) -> HttpResponse:
    """Put a draft aside."""
    evidence = workflow.discard_evidence(own_evidence(request, evidence_id).pk, request.actor)
    messages.success(request, _("Deleted. You can restore it at the end of this list."))
    return redirect("pages:evidence-list", evidence.apprenticeship_id)


@require_POST
def evidence_restore(request: Request, evidence_id: UUID) -> HttpResponse:
    """Bring back a draft that was put aside."""
    evidence = workflow.restore_evidence(own_evidence(request, evidence_id).pk, request.actor)
    return redirect("pages:evidence-edit", evidence.pk)


@require_http_methods(["GET", "HEAD"])
def file(request: Request, file_id: UUID) -> HttpResponse | serving.FileResponse:
    """The bytes of a file, for those who may see its evidence."""
    found = get_object_or_404(
        EvidenceFile.objects.visible_to(request.actor).select_related("evidence__apprenticeship__provider"), pk=file_id
    )
    return serving.file_response(request, workflow.open_file(request.actor, found))


@require_http_methods(["GET", "HEAD"])
def rendition(request: Request, rendition_id: UUID) -> HttpResponse | serving.FileResponse:
    """A picture that was made of a file: a thumbnail, a page, a still. Whoever sees the file may see it."""
    found = get_object_or_404(
        Rendition.objects.visible_to(request.actor).select_related("file__evidence__apprenticeship__provider"),
        pk=rendition_id,
    )
    return serving.file_response(request, workflow.open_file(request.actor, found))


@require_POST
def file_prepare_again(request: Request, file_id: UUID) -> HttpResponse:
    """Try anew to make a preview of a file."""
    found = get_object_or_404(EvidenceFile.objects.visible_to(request.actor), pk=file_id)
    workflow.prepare_again(found.pk, request.actor)
    messages.success(request, _("We are preparing %(name)s again. Come back in a minute.") % {"name": found.name})
    return redirect("pages:evidence", found.evidence_id)


def _form_page(request: Request, form: EvidenceForm, status: int = 200, kept: Evidence | None = None) -> HttpResponse:
    evidence = form.evidence
    apprenticeship = form.apprenticeship
    version = apprenticeship.standard_version
    is_revision = evidence is not None and evidence.state == Evidence.State.REFERRED
    judged = newest_feedback(request.actor, evidence.pk) if evidence and is_revision else []
    limits = limits_of(apprenticeship)
    shows_suggestions = bool(evidence and "suggestions" in request.GET)
    files = working_files(evidence.pk) if evidence else []
    if evidence and not evidence.title:
        form.initial["title"] = suggested_title(evidence.narrative, files)
    return render(
        request,
        "portfolio/evidence_form.html",
        {
            "form": form,
            "apprenticeship": apprenticeship,
            "evidence": evidence,
            "evidence_id": evidence.pk if evidence else form.piece_id,
            "kept": kept,
            "kept_claims": kept.claims.select_related("ksb").in_order() if kept else [],
            "files": file_rows(files),
            "allowed_files": ALLOWED_DESCRIPTION,
            "ksbs": ksb_rows(
                form,
                standings(apprenticeship, form.ksbs, but_for=evidence),
                said={claim.ksb_id: said_of(claim) for claim in judged},
                wants_line=limits.wants_line_per_claim,
            ),
            "judged": judged,
            "wants_line": limits.wants_line_per_claim,
            "step": "shows" if shows_suggestions else "capture",
            "left_out": form.left_out,
            "awaits_option": not form.ksbs and awaits_option(apprenticeship),
            "most_claims": limits.claims_per_piece,
            "room": limits.room,
            # What the list of all duties depends on. It is read where it was not drawn before.
            "text": (version.pk, version.content_sha256, apprenticeship.option_id),
            "duties": cache(lambda: duties.all_of(apprenticeship)),
            "suggestions": suggestions_for(evidence) if evidence and shows_suggestions else None,
            "shows_suggestions": shows_suggestions,
        },
        status=status,
    )


def _save(request: Request, apprenticeship: Apprenticeship, evidence: Evidence | None) -> HttpResponse:
    """Save all that is valid, files too, and say by the field what is not: nothing that was sent is lost."""
    form = EvidenceForm(request.POST, request.FILES, apprenticeship=apprenticeship, evidence=evidence)
    form.is_valid()
    uploads = request.FILES.getlist("files")
    status = HTTPStatus.UNPROCESSABLE_ENTITY.value
    for refusal in refused_uploads(request):
        form.add_error("files", refusal)
    try:
        evidence = store(form, request.actor)
    except workflow.Stale as stale:
        return _conflict(request, form, stale)
    except WorkflowError as refusal:
        # It closed, or was sent for review in another tab: what was typed is shown, to copy from.
        form.add_error(None, str(refusal))
        return _form_page(request, form, status=refusal.status)
    if evidence is not None:
        for upload in uploads:
            try:
                workflow.add_file(evidence.pk, request.actor, upload)
            except FileRefused as refusal:
                form.add_error("files", str(refusal))
            except Incomplete as incomplete:
                form.add_error("files", str(incomplete))
                break
            except StorageFault as fault:
                found = outage_of(fault) or STORAGE_AWAY
                form.add_error("files", _not_kept(upload.name or "", found))
                status = found.status
        form.evidence = Evidence.objects.visible_to(request.actor).get(pk=evidence.pk)
    if form.errors or evidence is None:
        return _refused(request, form, status)
    return _after(request, evidence)


def _not_kept(name: str, found: Outage) -> str:
    return _("“%(name)s” was not saved. %(reason)s Your text is saved. Add the file again later.") % {
        "name": name,
        "reason": found.reason,
    }


def _after(request: Request, evidence: Evidence) -> HttpResponse:
    """Where the button leads that saved the form; those by a suggestion work without a script."""
    if "submit" in request.POST:
        return redirect("pages:evidence-submit", evidence.pk)
    for answer in SuggestionAnswer.Answer.values:
        if code := request.POST.get(answer):
            take_answer(evidence, request.actor, code, answer, claims_it=True)
            return redirect(_suggestions_url(evidence))
    if "suggest" in request.POST:
        return redirect(_suggestions_url(evidence))
    messages.success(request, _("Draft saved."))
    return redirect("pages:evidence-edit", evidence.pk)


def _suggestions_url(evidence: Evidence) -> str:
    return reverse("pages:evidence-edit", args=[evidence.pk]) + "?suggestions=1#suggestions"


def _refused(request: Request, form: EvidenceForm, status: int) -> HttpResponse:
    """The form again, with what was typed; it goes on from the revision that was just saved."""
    if form.evidence:
        data = cast(QueryDict, form.data).copy()
        data["revision"] = str(form.evidence.revision)
        form.data = data
    return _form_page(request, form, status=status)


def _conflict(request: Request, form: EvidenceForm, stale: workflow.Stale) -> HttpResponse:
    """Both texts: what was typed, in the form, and what is kept, beside it. Saving again keeps what is in the form,
    and the other text as a version."""
    form.evidence = stale.kept
    data = cast(QueryDict, form.data).copy()
    data["revision"] = data["replaces"] = str(stale.kept.revision)
    form.data = data
    form.add_error(None, str(stale))
    return _form_page(request, form, status=409, kept=stale.kept)
