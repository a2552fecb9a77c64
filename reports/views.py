"""Where everybody begins, the cohort report, and the organisation's record."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role
from audit import chain as audit
from audit import clock
from portfolios import pace
from portfolios.models import Apprenticeship
from reports import cohort as figures
from reports import record as record_rows
from reports.csv_safety import cell
from reports.forms import CohortFilter

PER_PAGE = 50


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where this person's work is: the queue, the cohort, or their own progress."""
    roles = request.user.roles
    if Role.ASSESSOR in roles:
        return redirect("assessments:queue")
    if roles & figures.COHORT_ROLES:
        return redirect("reports:cohort")
    own = list(Apprenticeship.objects.of_apprentice(request.user).with_people().order_by("-started_on", "pk")[:20])
    if len(own) == 1:
        return redirect("portfolios:coverage", own[0].pk)
    return render(request, "reports/home.html", {"apprenticeships": own})


def _require_cohort(request: HttpRequest) -> QuerySet[Apprenticeship]:
    if not request.user.roles & figures.COHORT_ROLES:
        raise Http404
    return figures.overseen_by(request.user)


@require_GET
@vary_on_headers("HX-Request")
def cohort(request: HttpRequest) -> HttpResponse:
    """Every learner with where they are and where they should be; htmx asks for the table alone."""
    everybody = _require_cohort(request)
    form = CohortFilter(request.GET, rows=everybody)
    rows = form.narrow(everybody)
    sort = figures.Sort.from_address(request.GET)
    page = Paginator(sort.apply(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "columns": figures.COLUMNS,
        "sort": sort,
        "board": figures.board(rows),
        "rag_labels": pace.RAG_LABELS,
        "rag_rule": pace.RAG_RULE,
        "can_enrol": Role.PROVIDER_ADMIN in request.user.roles,
        "is_filtered": any(form.cleaned_data.values()),
    }
    for row in page.object_list:
        row.rag_label = pace.RAG_LABELS.get(row.rag, "")
    return render(request, "reports/_cohort.html" if request.htmx else "reports/cohort.html", context)


@require_POST
def cohort_csv(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order as a file. It is recorded who took it, so it is a POST."""
    everybody = _require_cohort(request)
    rows = figures.Sort.from_address(request.GET).apply(CohortFilter(request.GET, rows=everybody).narrow(everybody))
    with transaction.atomic():
        audit.record(
            "report.exported",
            request.user,
            request.user.acting_for,
            organisation=request.user.acting_for,
            report="cohort",
            rows=rows.count(),
        )
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="learners-{clock.today().isoformat()}.csv"'
    return response


CSV_HEADINGS = [
    "Apprentice",
    "Email",
    "Standard",
    "Version",
    "Employer",
    "Assessor",
    "Status",
    "Start",
    "Planned end",
    "KSBs",
    "Signed off",
    "Met",
    "Submitted",
    "Needs work",
    "In progress",
    "Actual %",
    "Expected %",
    "Gap (points)",
    "Pace",
    "Last activity",
]


class _Line:
    """What csv writes to: gives each line back."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: QuerySet[Apprenticeship]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # Excel takes a file without this mark for the local code page, and spoils names with accents.
    yield "\ufeff" + writer.writerow(CSV_HEADINGS)
    for row in rows.iterator(chunk_size=500):
        yield writer.writerow([cell(value) for value in _csv_row(row)])


def _csv_row(row: Any) -> list[object]:
    def percent(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    return [
        row.apprentice.name,
        row.apprentice.email,
        row.standard_version.standard.reference,
        row.standard_version.version,
        row.employer.name if row.employer else "",
        row.assessor_name or "",
        row.get_status_display(),
        row.started_on.isoformat(),
        row.planned_end_on.isoformat(),
        row.ksb_count,
        row.signed_off_count,
        row.met_count,
        row.submitted_count,
        row.needs_work_count,
        row.in_progress_count,
        percent(row.actual_percent),
        percent(row.expected_percent),
        percent(row.gap_points),
        str(pace.RAG_LABELS.get(row.rag, "")),
        row.last_activity_at.date().isoformat() if row.last_activity_at else "",
    ]


RECORD_ROLES = {Role.PROVIDER_ADMIN, Role.IQA, Role.VIEWER}


@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """The organisation's record: who did what, newest first."""
    if not request.user.roles & RECORD_ROLES:
        raise Http404
    form = record_rows.RecordFilter(request.GET)
    entries = form.narrow(record_rows.of_organisation(request.user.acting_for))
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reports/record.html",
        {
            "form": form,
            "page": page,
            "lines": record_rows.lines(page.object_list),
            "head": record_rows.head() if Role.PROVIDER_ADMIN in request.user.roles else None,
        },
    )
