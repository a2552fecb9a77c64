"""Tables of pages as files to download. Every table that has one has both: CSV, and a spreadsheet for Excel."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.adapter import proved_identity_recently
from audit import chain as audit
from core import clock
from pages.requests import Request, organisation_of
from reports.audit_actions import REPORT_EXPORTED
from reports.tables.files import TableFile
from reports.tables.spreadsheet import CONTENT_TYPE


def table_file(table: TableFile, ending: str) -> HttpResponseBase:
    """The file of this ending: `xlsx`, and CSV otherwise."""
    response: HttpResponseBase
    if ending == "xlsx":
        response = FileResponse(table.spreadsheet(), content_type=CONTENT_TYPE)
    else:
        response, ending = HttpResponse("".join(table.lines()), content_type="text/csv; charset=utf-8"), "csv"
    response["Content-Disposition"] = f'attachment; filename="{table.name}.{ending}"'
    return response


def people_file(request: Request, table: TableFile, report: str, row_count: int) -> HttpResponseBase:
    """The same of a table about several people: whoever takes it says again who they are, and it is recorded.

    Args:
        report: what it is called in the record.
    """
    if not proved_identity_recently(request):
        return ask_who_it_is(request, request.get_full_path())
    organisation = organisation_of(request)
    with transaction.atomic():
        audit.record(
            REPORT_EXPORTED, request.actor, organisation, organisation=organisation, report=report, rows=row_count
        )
    return table_file(table, request.POST.get("file", ""))


def ask_who_it_is(request: Request, page: str) -> HttpResponse:
    """To the password or the code, and from there back to the page: a file alone would leave people on that page."""
    messages.info(request, _("Then press the download button again."))
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}")


def dated(name: str) -> str:
    """The name of a file with today’s day."""
    return f"{name}-{clock.today().isoformat()}"
