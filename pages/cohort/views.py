"""Where everybody begins, the cohort report, and the organisation's record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import FileResponse, Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.access import keeps_catalogue, roles_of, runs_provider, sees_record
from accounts.adapter import proved_identity_recently
from accounts.models import Membership, Role
from apprenticeships.access import sees_cohort
from apprenticeships.models import Apprenticeship
from assessments.access import works_queue
from audit import chain as audit
from core import clock, moments
from pages.cohort.forms import CohortFilter, RecordFilter
from pages.cohort.rows import rows_of, rows_of_record
from pages.requests import Request, organisation_of
from pages.table_files import ask_who_it_is, people_file
from programme.access import sees_registers
from reports.audit_actions import REPORT_EXPORTED
from reports.cohorts import cohort as figures
from reports.cohorts import cohort_file
from reports.conflicts import conflicts_at
from reports.exports.learners import asked_for
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export
from reports.record import lines as record_rows
from reports.record import table as record_file
from reports.saving.access import uses_views
from reports.tables.spreadsheet import CONTENT_TYPE

PER_PAGE = 50
#: A spreadsheet of more learners than this is made in the background.
MOST_ROWS_AT_ONCE = 1_000
#: For how long an apprentice is told that an enrolment of theirs was undone.
UNDONE_TOLD_FOR = timedelta(days=30)


@require_GET
def home(request: Request) -> HttpResponse:
    """Where this person's work is: the queue, the checks, the cohort, or their own progress."""
    if works_queue(request.actor):
        return redirect("pages:queue")
    if roles_of(request.actor) == {Role.MENTOR}:
        return redirect("pages:my-people")
    if roles_of(request.actor) == {Role.IQA}:
        return redirect("pages:quality")
    if sees_cohort(request.actor):
        return redirect("pages:cohort")
    own = list(Apprenticeship.objects.of_apprentice(request.actor).with_people().order_by("-started_on", "pk")[:20])
    undone = _undone_lately(request)
    if len(own) == 1 and not undone:
        return redirect("pages:coverage", own[0].pk)
    if not own and not undone and keeps_catalogue(request.actor):
        return redirect("pages:standards")
    return render(request, "home.html", {"apprenticeships": own, "undone": undone})


def _undone_lately(request: Request) -> list[Apprenticeship]:
    """Enrolments of this person that were undone in the last weeks: what they wrote there they cannot open."""
    since = clock.now() - UNDONE_TOLD_FOR
    undone = Apprenticeship.objects.undone_of_apprentice(request.actor).filter(undone_at__gte=since)
    return list(undone.with_people().order_by("-undone_at", "pk"))


def _require_cohort(request: Request) -> None:
    if not sees_cohort(request.actor):
        raise Http404


@require_GET
@vary_on_headers("HX-Request")
def cohort(request: Request) -> HttpResponse:
    """Every learner with where they are and where they should be; htmx asks for the table alone."""
    _require_cohort(request)
    return cohort_of(request, request.GET)


def cohort_of(request: Request, query: QueryDict, view_name: str = "") -> HttpResponse:
    """The page by these filters: those of the address, or of a view that was saved under a name."""
    offered = figures.choices(request.actor)
    form = CohortFilter(query, offered=offered)
    sort = figures.Sort.named(query.get("sort", ""))
    rows: Any
    counted: Any
    if form.given:
        everybody = figures.overseen_by(request.actor)
        rows = sort.apply(form.narrow(everybody)).values_list("pk")
        counted = figures.counted(form.narrow(everybody, leaving_out=figures.BOARD_FILTERS))
    else:
        rows = figures.everybody(request.actor, sort.column.name, sort.is_descending)
        counted = figures.counted_of_everybody(request.actor)
    board = figures.board(counted, of_one_status="status" in form.given)
    paginator = Paginator(rows, PER_PAGE)
    if not form.given.keys() & set(figures.BOARD_FILTERS):
        paginator.count = board.learners  # counted already
    page = paginator.get_page(query.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": rows_of(figures.rows_of(page.object_list)),
        "columns": figures.PAGE_COLUMNS,
        "sort": sort,
        "board": board,
        "shown": {name: form.cleaned_data.get(name, "") for name in figures.BOARD_FILTERS},
        "rules": cohort_file.rule_lines(request.actor, organisation_of(request)),
        "without_assessor": offered.without_assessor if sees_record(request.actor) else 0,
        "can_enrol": runs_provider(request.actor),
        "sees_registers": sees_registers(request.actor),
        "is_filtered": bool(form.given),
        "view_name": view_name,
        "query": query.urlencode(),
        "can_save": uses_views(request.actor)
        and bool(form.given.keys() - {"name"} or query.get("sort"))
        and not view_name,
        "is_assessor": Role.ASSESSOR in roles_of(request.actor),
        "is_mentor": Role.MENTOR in roles_of(request.actor),
        "access_ends": _access_ends(request),
        "is_auditor": Role.AUDITOR in roles_of(request.actor),
    }
    return render(request, "cohort/_cohort.html" if request.htmx else "cohort/cohort.html", context)


def _access_ends(request: Request) -> str:
    """For whoever only looks, for a time: the day on which that is over."""
    roles = roles_of(request.actor)
    if not roles or not roles <= {Role.AUDITOR, Role.VIEWER}:
        return ""
    last = Membership.objects.acting(request.actor).aggregate(last=Max("ended_on"))["last"]
    return moments.day(last) if last else ""


@require_POST
def cohort_csv(request: Request) -> HttpResponseBase:
    """The same rows in the same order as a file. It is recorded who took it, so it is a POST."""
    return _exported(request, _as_csv, "csv")


@require_POST
def cohort_xlsx(request: Request) -> HttpResponseBase:
    """The same as a spreadsheet, with a sheet that says what the numbers are of. A long one is made by a job."""
    _require_cohort(request)
    form, rows = _asked(request)
    if rows.count() > MOST_ROWS_AT_ONCE:
        return _in_background(request, form, Export.Kind.LEARNERS)
    return _exported(request, _as_spreadsheet, "xlsx")


@require_POST
def cohort_reports(request: Request) -> HttpResponseBase:
    """A progress report of each of these learners, in one ZIP that a job makes."""
    _require_cohort(request)
    form, rows = _asked(request)
    if not rows.exists():
        messages.error(request, _("No learners match. Change or clear the filters."))
        return redirect(f"{reverse('pages:cohort')}?{request.GET.urlencode()}")
    return _in_background(request, form, Export.Kind.PROGRESS)


def _asked(request: Request) -> tuple[CohortFilter, QuerySet[Apprenticeship]]:
    """The filters of the address, and the learners whom they leave, in order."""
    form = CohortFilter(request.GET, offered=figures.choices(request.actor))
    sort = figures.Sort.named(request.GET.get("sort", ""))
    return form, sort.apply(form.narrow(figures.overseen_by(request.actor)))


def _in_background(request: Request, form: CohortFilter, kind: Export.Kind) -> HttpResponse:
    if not proved_identity_recently(request):
        return _ask_who_it_is(request)
    ask_for_export(
        kind,
        request.actor,
        provider_id=organisation_of(request).pk,
        asked_for=asked_for(request.actor, form.given, request.GET.get("sort", ""), form.in_words),
    )
    messages.success(request, _("Your file is being made. You can leave this page and come back."))
    return redirect("pages:exports")


def _exported(
    request: Request, write: Callable[[Request, QuerySet[Apprenticeship], CohortFilter], HttpResponseBase], kind: str
) -> HttpResponseBase:
    _require_cohort(request)
    if not proved_identity_recently(request):
        return _ask_who_it_is(request)
    form, rows = _asked(request)
    organisation = organisation_of(request)
    with transaction.atomic():
        audit.record(
            REPORT_EXPORTED,
            request.actor,
            organisation,
            organisation=organisation,
            report="cohort",
            rows=rows.count(),
        )
    response = write(request, rows, form)
    response["Content-Disposition"] = f'attachment; filename="learners-{clock.today().isoformat()}.{kind}"'
    return response


def _as_csv(request: Request, rows: QuerySet[Apprenticeship], _form: CohortFilter) -> HttpResponseBase:
    lines = cohort_file.lines(rows, request.build_absolute_uri)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")


def _as_spreadsheet(request: Request, rows: QuerySet[Apprenticeship], form: CohortFilter) -> HttpResponseBase:
    about = cohort_file.about(request.actor, organisation_of(request), form.in_words)
    file = cohort_file.spreadsheet(rows, request.build_absolute_uri, about)
    return FileResponse(file, content_type=CONTENT_TYPE)


def _ask_who_it_is(request: Request) -> HttpResponse:
    return ask_who_it_is(request, f"{reverse('pages:cohort')}?{request.GET.urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Request) -> HttpResponseBase:
    """The organisation's record: who did what, newest first, and what a quality assurer should look at.

    A POST gives it as a file, as it is filtered.
    """
    if not sees_record(request.actor):
        raise Http404
    organisation = organisation_of(request)
    form = RecordFilter(request.GET)
    entries = record_rows.OfOrganisation(organisation, form.asked)
    if request.method == "POST":
        count = min(entries.count(), record_file.MOST_LINES)
        return people_file(request, record_file.table_of(entries, count, request.actor), "record", count)
    page: Page[Any] = Paginator(cast(Any, entries), PER_PAGE).get_page(request.GET.get("page"))
    lines = record_rows.lines(page.object_list, request.actor)
    return render(
        request,
        "provider/record.html",
        {
            "form": form,
            "page": page,
            "file_count": min(page.paginator.count, record_file.MOST_LINES),
            "lines": lines,
            "rows": rows_of_record(lines),
            "conflicts": conflicts_at(organisation),
            "head": entries.end if runs_provider(request.actor) else None,
        },
    )
