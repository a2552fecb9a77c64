"""Flags that evidence is like somebody else's, and investigations of whether it is the apprentice's own work."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from assessments.likeness import access, workflow
from assessments.models import Flag, FlagAnswer, Investigation, Submission
from assessments.sampling.access import oversees_quality, sees_quality
from core.errors import Incomplete
from pages.quality.forms import FlagForm, InvestigateForm, InvestigationEndForm
from pages.quality.rows import INVESTIGATIONS, investigation_rows
from pages.refusals import say_in
from pages.requests import Request

PER_PAGE = 50
_SUBMISSION = ("submission__snapshot", "submission__evidence__apprenticeship__apprentice")


@require_http_methods(["GET", "POST"])
def flag(request: Request, flag_id: UUID) -> HttpResponse:
    """What a flag is about, without naming the other person, and the way to answer it."""
    found = get_object_or_404(
        Flag.objects.visible_to(request.actor).select_related("answer__by", "file", "other__evidence", *_SUBMISSION),
        pk=flag_id,
    )
    if request.method == "GET":
        return _flag_page(request, found)
    form = FlagForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            workflow.answer_flag(
                found.pk, request.actor, answer_id=given["token"], result=given["result"], note=given["note"]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            if given["result"] == FlagAnswer.Result.INVESTIGATED:
                messages.success(request, _("Under investigation. Quality assurance sees it from now on."))
            else:
                messages.success(request, _("Noted."))
            return redirect("pages:review", found.submission_id)
    _require(request, found.submission)
    return _flag_page(request, found, form)


def _require(request: Request, submission: Submission) -> None:
    may_answer = access.can_look_into(request.actor, submission)
    require(may_answer, _("Only the assigned assessor and quality assurers can look into this."))


def _flag_page(request: Request, found: Flag, form: FlagForm | None = None) -> HttpResponse:
    answer = getattr(found, "answer", None)
    may_answer = answer is None and access.can_look_into(request.actor, found.submission)
    context = {
        "flag": found,
        "answer": answer,
        "submission": found.submission,
        "form": form or (FlagForm() if may_answer else None),
        # Whoever oversees quality sees all of the provider anyway, and has to compare the two.
        "other": found.other if oversees_quality(request.actor) else None,
    }
    return render(request, "quality/flag.html", context, status=422 if form else 200)


@require_http_methods(["GET", "POST"])
def submission_investigate(request: Request, submission_id: UUID) -> HttpResponse:
    """Say why a submission is put under investigation."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.actor)
        .exclude(apprenticeship__apprentice=request.actor.person_id)
        .select_related("snapshot", "evidence__apprenticeship__apprentice"),
        pk=submission_id,
    )
    _require(request, submission)
    standing = Investigation.objects.visible_to(request.actor).open().filter(submission=submission).first()
    if standing and request.method == "GET":
        return redirect("pages:investigation", standing.pk)
    form = InvestigateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = workflow.investigate(
                submission.pk, request.actor, investigation_id=given["token"], reason=given["reason"]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Under investigation. Quality assurance sees it from now on."))
            return redirect("pages:investigation", made.pk)
    context = {"form": form, "submission": submission}
    return render(request, "quality/investigate.html", context, status=422 if form.errors else 200)


@require_GET
def investigations(request: Request) -> HttpResponse:
    """The investigations that are open, the oldest first."""
    if not sees_quality(request.actor):
        raise Http404
    open_ones = Investigation.objects.visible_to(request.actor).open().oldest_first().select_related(*INVESTIGATIONS)
    page: Page[Any] = Paginator(open_ones, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "quality/investigations.html", {"page": page, "rows": investigation_rows(page.object_list)})


def _found(request: Request, investigation_id: UUID) -> Investigation:
    return get_object_or_404(
        Investigation.objects.visible_to(request.actor).select_related(
            "by", "end__by", "apprenticeship__apprentice", *_SUBMISSION
        ),
        pk=investigation_id,
    )


@require_GET
def investigation(request: Request, investigation_id: UUID) -> HttpResponse:
    """Why a submission is under investigation, its flags, and the way to close it."""
    return _page(request, _found(request, investigation_id))


def _page(request: Request, found: Investigation, form: InvestigationEndForm | None = None) -> HttpResponse:
    end = getattr(found, "end", None)
    flags = Flag.objects.visible_to(request.actor).filter(submission=found.submission_id)
    can_close = end is None and access.can_close(request.actor, found)
    context: dict[str, Any] = {
        "investigation": found,
        "end": end,
        "submission": found.submission,
        "flags": flags.select_related("answer__by", "file"),
        "others": oversees_quality(request.actor),
        "form": form or (InvestigationEndForm() if can_close else None),
    }
    return render(request, "quality/investigation.html", context, status=422 if form else 200)


@require_POST
def investigation_close(request: Request, investigation_id: UUID) -> HttpResponse:
    """Say what was found, and close it."""
    found = _found(request, investigation_id)
    form = InvestigationEndForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        workflow.close_investigation(found.pk, request.actor, outcome=given["outcome"], words=given["words"])
        messages.success(request, _("Closed."))
        return redirect("pages:investigation", found.pk)
    require(
        access.can_close(request.actor, found),
        _("An investigation is closed by an internal quality assurer who did not begin it."),
    )
    return _page(request, found, form)
