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
from jobs.models import JobOwner
from jobs.queue import KINDS, Subject, label_of
from pages.requests import Request

PER_PAGE = 50


@require_GET
def failed(request: Request) -> HttpResponse:
    """What failed five times, newest first."""
    if not runs_provider(request.actor):
        raise Http404
    failures = JobOwner.objects.visible_to(request.actor).failed().select_related("job").newest_first()
    page: Page[Any] = Paginator(failures, PER_PAGE).get_page(request.GET.get("page"))
    subjects = _subjects(list(page.object_list))
    page.object_list = [
        {
            "pk": owned.pk,
            "label": label_of(owned.job.task_path),
            "about": subjects.get(owned.subject),
            "fault": retrying.fault_of(owned.job),
            "job": owned.job,
        }
        for owned in page.object_list
    ]
    return render(request, "provider/failed_jobs.html", {"page": page})


@require_POST
def retry(request: Request, job_id: UUID) -> HttpResponse:
    """Try one again."""
    owned = get_object_or_404(JobOwner.objects.visible_to(request.actor), pk=job_id)
    workflow.retry_job(owned.pk, request.actor)
    messages.success(request, _("Trying again now. If it fails again, it will come back to this page."))
    return redirect("pages:failed-jobs")


def _subjects(rows: list[JobOwner]) -> dict[UUID, Subject]:
    """What these are about, one question for each kind of job."""
    found: dict[UUID, Subject] = {}
    for path in {owned.job.task_path for owned in rows}:
        kind = KINDS.get(path)
        if kind and kind.describe:
            found |= kind.describe([owned.subject for owned in rows if owned.job.task_path == path])
    return found
