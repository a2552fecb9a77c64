"""The documents of a learner: the list, adding one, and the page of each."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.seen import seen
from core.errors import Incomplete, WorkflowError
from files.http import serving, upload_handlers
from files.http.upload_handlers import takes_files
from pages.learner_file.forms import DocumentForm, ReadersForm, WithdrawForm
from pages.refusals import say_in
from pages.requests import Request
from programme.learner_file import access, workflow
from programme.learner_file.models import DocumentKind, LearnerDocument, Seeing, SupportPlan
from reports.audit_pack import access as audit

_NAMES = {"files": "file"}


def seen_learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """An apprenticeship that the person sees, with what a page of its file says of it."""
    found = seen(request.actor, apprenticeship_id, "apprentice", "standard_version__standard", "provider")
    if found is None:
        raise Http404
    return found


def reads_support(request: Request, learner: Apprenticeship) -> bool:
    """Whether the person reads or writes about this learner's support."""
    return learner.apprentice_id == request.actor.person_id or access.can_write_support(request.actor, learner)


@require_GET
def learner_file(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The documents that the person sees, by their kind."""
    learner = seen_learner(request, apprenticeship_id)
    rows = LearnerDocument.objects.visible_to(request.actor).filter(apprenticeship=learner)
    found = list(rows.filter(replaced_by__replaces=None).select_related("added_by", "replaces").newest_first())
    kinds = [
        {"label": label, "documents": [row for row in found if row.kind == kind]}
        for kind, label in DocumentKind.choices
    ]
    reads = reads_support(request, learner)
    context = {
        "apprenticeship": learner,
        "is_own": learner.apprentice_id == request.actor.person_id,
        "kinds": [kind for kind in kinds if kind["documents"]],
        "can_add": access.can_add(request.actor, learner),
        "reads_support": reads,
        "sees_audit": audit.sees_audit(request.actor, learner),
        "names_readers": access.can_name_readers(request.actor, learner),
        "support": SupportPlan.objects.visible_to(request.actor).standing().filter(apprenticeship=learner).first()
        if reads
        else None,
    }
    return render(request, "learner_file/learner_file.html", context)


@takes_files
@require_http_methods(["GET", "POST"])
def document_add(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Add a document, or the next version of the one that `replaces` names."""
    learner = seen_learner(request, apprenticeship_id)
    before = _before(request, learner)
    require(
        access.can_change(request.actor, before) if before else access.can_add(request.actor, learner),
        _("Only the apprentice, their assessors and trainers, and admins add to this file."),
    )
    is_sent = request.method == "POST"
    form = DocumentForm(
        request.POST if is_sent else None,
        files=request.FILES if is_sent else None,
        is_next=before is not None,
        writes_support=access.can_write_support(request.actor, learner),
    )
    for message in upload_handlers.messages(request) if is_sent else ():
        form.add_error("file", message)
    if is_sent and form.is_valid():
        said = form.cleaned_data
        try:
            made = workflow.add_document(
                learner.pk,
                request.actor,
                said["file"],
                document_id=said["token"],
                kind=before.kind if before else said["kind"],
                title=said["title"],
                dated_on=said["dated_on"],
                readers=said.get("readers", ()),
                is_support=said.get("is_support", False),
                replaces=before.pk if before else None,
            )
        except Incomplete as incomplete:
            say_in(form, incomplete, _NAMES)
        except WorkflowError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added. Others see it once it has been checked."))
            return redirect("pages:document", made.pk)
    context = {"apprenticeship": learner, "form": form, "before": before}
    return render(request, "learner_file/document_add.html", context, status=422 if form.errors else 200)


def _before(request: Request, learner: Apprenticeship) -> LearnerDocument | None:
    given = request.GET.get("replaces")
    if not given:
        return None
    try:
        pk = UUID(given)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(
        LearnerDocument.objects.visible_to(request.actor).select_related("apprenticeship__provider"),
        pk=pk,
        apprenticeship=learner,
    )


def _document(request: Request, document_id: UUID) -> LearnerDocument:
    return get_object_or_404(
        LearnerDocument.objects.visible_to(request.actor).select_related(
            "apprenticeship__apprentice", "apprenticeship__provider", "provider", "added_by", "withdrawn_by", "replaces"
        ),
        pk=document_id,
    )


@require_GET
def document(request: Request, document_id: UUID) -> HttpResponse:
    """One document: what it is, who sees it, and its earlier version."""
    return _page(request, _document(request, document_id))


def _page(
    request: Request,
    shown: LearnerDocument,
    *,
    withdraw: WithdrawForm | None = None,
    readers: ReadersForm | None = None,
    status: int = 200,
) -> HttpResponse:
    later = LearnerDocument.objects.visible_to(request.actor).filter(replaces=shown).first()
    context = {
        "document": shown,
        "apprenticeship": shown.apprenticeship,
        "later": later,
        "readers": [Seeing(name).label for name in shown.readers()],
        "can_change": access.can_change(request.actor, shown) and not later and not shown.withdrawn_at,
        "withdraw_form": withdraw or WithdrawForm(),
        "readers_form": readers or ReadersForm(initial={"readers": shown.readers()}),
        "sent": withdraw or readers,
    }
    return render(request, "learner_file/document.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def document_open(request: Request, document_id: UUID) -> HttpResponse | serving.FileResponse:
    """The bytes."""
    return serving.file_response(request, workflow.open_document(request.actor, _document(request, document_id)))


@require_POST
def document_withdraw(request: Request, document_id: UUID) -> HttpResponse:
    """Say that a document does not count any more, and why."""
    shown, form = _document(request, document_id), WithdrawForm(request.POST)
    if form.is_valid():
        workflow.withdraw_document(shown.pk, request.actor, form.cleaned_data["reason"])
        messages.success(request, _("Withdrawn. It stays here, with the reason."))
        return redirect("pages:document", shown.pk)
    return _page(request, shown, withdraw=form, status=422)


@require_POST
def document_readers(request: Request, document_id: UUID) -> HttpResponse:
    """Say who sees a document from now on."""
    shown, form = _document(request, document_id), ReadersForm(request.POST)
    if form.is_valid():
        try:
            workflow.set_document_readers(shown.pk, request.actor, form.cleaned_data["readers"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            if LearnerDocument.objects.visible_to(request.actor).filter(pk=shown.pk).exists():
                return redirect("pages:document", shown.pk)
            return redirect("pages:learner-file", shown.apprenticeship_id)
    return _page(request, shown, readers=form, status=422)
