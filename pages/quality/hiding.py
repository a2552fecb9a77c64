"""Hiding a file that shows somebody who should not be seen, and what becomes of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from apprenticeships.models import Apprenticeship
from core.errors import Incomplete
from pages.quality.forms import EndForm, HideForm
from pages.quality.rows import HIDDEN, hidden_rows
from pages.refusals import say_in
from pages.requests import Request
from portfolios import access, workflow
from portfolios.models import EvidenceFile, Quarantine

PER_PAGE = 50


@require_GET
def files_to_hide(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The files of an apprentice by name, those in drafts too, so that one can be hidden that nobody else has seen."""
    if not access.may_hide_files(request.actor):
        raise Http404
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor)
        .select_related("apprentice")
        .exclude(apprentice=request.actor.person_id),
        pk=apprenticeship_id,
    )
    files = EvidenceFile.objects.hideable_by(request.actor).filter(evidence__apprenticeship=apprenticeship).shown()
    page: Page[Any] = Paginator(files.order_by("-added_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "quality/files_to_hide.html", {"page": page, "apprenticeship": apprenticeship})


@require_http_methods(["GET", "POST"])
def file_hide(request: Request, file_id: UUID) -> HttpResponse:
    """Say why a file is hidden, and hide it."""
    file = get_object_or_404(
        EvidenceFile.objects.hideable_by(request.actor).select_related("evidence__apprenticeship__apprentice"),
        pk=file_id,
    )
    standing = Quarantine.objects.visible_to(request.actor).standing().filter(file=file).first()
    if standing and request.method == "GET":
        return redirect("pages:hidden-file", standing.pk)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = workflow.hide_file(file.pk, request.actor, quarantine_id=given["token"], reason=given["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Hidden. Nobody can open this file now."))
            return redirect("pages:hidden-file", made.pk)
    context = {"form": form, "file": file, "apprentice": file.evidence.apprenticeship.apprentice}
    return render(request, "quality/file_hide.html", context, status=422 if form.errors else 200)


@require_GET
def hidden_files(request: Request) -> HttpResponse:
    """The files that are hidden now, the oldest first."""
    if not access.may_hide_files(request.actor):
        raise Http404
    hidden = Quarantine.objects.visible_to(request.actor).standing().oldest_first().select_related(*HIDDEN)
    page: Page[Any] = Paginator(hidden, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "quality/hidden_files.html", {"page": page, "rows": hidden_rows(page.object_list)})


def _found(request: Request, quarantine_id: UUID) -> Quarantine:
    return get_object_or_404(
        Quarantine.objects.visible_to(request.actor).select_related(
            "file__added_by", "evidence__apprenticeship__apprentice", "hidden_by", "asked_by", "ended_by"
        ),
        pk=quarantine_id,
    )


@require_GET
def hidden_file(request: Request, quarantine_id: UUID) -> HttpResponse:
    """Why a file is hidden, what was asked, and the way to answer."""
    return _page(request, _found(request, quarantine_id))


def _page(request: Request, quarantine: Quarantine, form: EndForm | None = None, status: int = 200) -> HttpResponse:
    roles = access.settling_roles(request.actor, quarantine.evidence.apprenticeship)
    may_settle = quarantine.is_standing and bool(roles)
    is_asker = quarantine.asked_by_id == request.actor.person_id
    context = {
        "quarantine": quarantine,
        "file": quarantine.file,
        "apprenticeship": quarantine.evidence.apprenticeship,
        "form": form or (EndForm() if may_settle and not quarantine.wish else None),
        "can_answer": bool(may_settle and quarantine.wish),
        "can_agree": may_settle and not is_asker and any(role != quarantine.asked_as for role in roles),
        "is_asker": is_asker,
        "shows_piece": quarantine.evidence.first_submitted_at is not None,
    }
    return render(request, "quality/hidden_file.html", context, status=status)


@require_POST
def hidden_file_ask(request: Request, quarantine_id: UUID) -> HttpResponse:
    """Ask that it is shown again, or deleted."""
    quarantine = _found(request, quarantine_id)
    form = EndForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        workflow.ask_for_end(quarantine.pk, request.actor, wish=given["wish"], reason=given["reason"])
        messages.success(request, _("Asked. Nothing changes until somebody with the other role agrees."))
        return redirect("pages:hidden-file", quarantine.pk)
    require(
        bool(access.settling_roles(request.actor, quarantine.evidence.apprenticeship)),
        _("Only quality assurers and admins decide what becomes of a hidden file."),
    )
    return _page(request, quarantine, form, status=422)


@require_POST
def hidden_file_answer(request: Request, quarantine_id: UUID) -> HttpResponse:
    """Agree to what was asked, or refuse it."""
    quarantine = _found(request, quarantine_id)
    agrees = request.POST.get("answer") == "agree"
    workflow.answer_end(quarantine.pk, request.actor, wish=request.POST.get("wish", ""), agrees=agrees)
    if not agrees:
        messages.success(request, _("Refused. The file stays hidden."))
    elif quarantine.wish == Quarantine.Wish.ERASE:
        messages.success(request, _("Deleted. Its name, size and hash stay on the record."))
    else:
        messages.success(request, _("Shown again."))
    return redirect("pages:hidden-file", quarantine.pk)
