"""The page of jobs that failed, for admins of the provider whose files they are about."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import runs_provider
from jobs import retrying, workflow
from jobs.models import Errand
from jobs.queue import KINDS, Subject, label_of
from pages.requests import Request

PER_PAGE = 50


@require_GET
def failed(request: Request) -> HttpResponse:
    """What was tried five times and did not work, newest first."""
    if not runs_provider(request.actor):
        raise Http404
    errands = Errand.objects.visible_to(request.actor).failed().select_related("job").newest_first()
    page: Page[Any] = Paginator(errands, PER_PAGE).get_page(request.GET.get("page"))
    subjects = _subjects(list(page.object_list))
    page.object_list = [
        {
            "pk": errand.pk,
            "label": label_of(errand.job.task_path),
            "about": subjects.get(errand.subject),
            "fault": retrying.fault_of(errand.job),
            "job": errand.job,
        }
        for errand in page.object_list
    ]
    return render(request, "provider/failed_jobs.html", {"page": page})


@require_POST
def retry(request: Request, job_id: UUID) -> HttpResponse:
    """Try one anew."""
    errand = get_object_or_404(Errand.objects.visible_to(request.actor), pk=job_id)
    workflow.try_job_anew(errand.pk, request.actor)
    messages.success(request, _("It is tried again now. If it fails once more, it comes back to this page."))
    return redirect("pages:failed-jobs")


def _subjects(errands: list[Errand]) -> dict[UUID, Subject]:
    """What these are about, one question for each kind of job."""
    found: dict[UUID, Subject] = {}
    for path in {errand.job.task_path for errand in errands}:
        kind = KINDS.get(path)
        if kind and kind.describe:
            found |= kind.describe([errand.subject for errand in errands if errand.job.task_path == path])
    return found
